"""The answer of a chat bot to a picture, for Discord, Matrix or anything else that has attachments and replies.

A bot's own library brings the attachment and sends the reply:

    # discord.py
    async def on_message(message):
        for attachment in message.attachments:
            await message.reply(await reply_to(aniwho, attachment.filename, await attachment.read()))

    # matrix-nio
    async def on_image(room, event):
        picture = await matrix.download(event.url)
        body = await reply_to(aniwho, event.body, picture.body)
        await matrix.room_send(room.room_id, "m.room.message", {"msgtype": "m.notice", "body": body})

Try it without a network: python chat_bot.py PICTURE
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aniwho import AsyncClient, BadRequest, FaceAnswer, PictureAnswer, RequestRefused, TryLater, Unreachable, Upload

SURE = 0.9
"""A name that is less probable is said with "probably"."""
LARGEST = 20 << 20
"""A picture of more bytes is not looked at."""


async def reply_to(aniwho: AsyncClient, name: str, content: bytes, *, sure: float = SURE) -> str:
    """The text to reply to an attachment. It is never an exception: whoever posts a picture should get an answer."""
    if len(content) > LARGEST:
        return f"{name} is too large for me: I look at pictures of up to {LARGEST >> 20} MiB."
    try:
        answer = await aniwho.classify(Upload(name, content))
    except BadRequest as refused:
        return f"I cannot read this picture: {refused}"
    except (TryLater, Unreachable):
        return "I cannot look at pictures right now. Please try again later."
    except RequestRefused as refused:
        return f"I could not look at this picture: {refused}"
    return said(answer.results[0], sure)


def said(picture: PictureAnswer, sure: float) -> str:
    """The answer in words: one line, or with several faces a line for each, from left to right; of an animation, as they appear."""
    if len(picture.faces) < 2:
        return sentence(picture, sure)
    faces = sorted(picture.faces, key=lambda face: (face.milliseconds or 0, face.box.left if face.box else 0))
    return "\n".join(f"{number}. {sentence(face, sure)}" for number, face in enumerate(faces, 1))


def sentence(face: FaceAnswer, sure: float) -> str:
    """A name, a probable name, or a question."""
    if face.character is not None and face.probability is not None:
        share = f"{face.probability:.0%}"
        return f"{face.character} ({share})" if face.probability >= sure else f"Probably {face.character} ({share})"
    guess = next((one for one in face.candidates if one.rejection is None), None)
    return f"Who is this? I do not know the face. Could it be {guess.character}?" if guess else "Who is this? I do not know anybody yet."


async def main(picture: str) -> None:
    """Prints the reply to a picture on the disk."""
    async with AsyncClient() as aniwho:
        print(await reply_to(aniwho, picture, Path(picture).read_bytes()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: chat_bot.py PICTURE")
    asyncio.run(main(sys.argv[1]))
