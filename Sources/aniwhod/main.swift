print("aniwhod")
