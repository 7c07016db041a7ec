print("aniwho")
