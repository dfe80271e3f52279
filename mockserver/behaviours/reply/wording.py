"""The phrases of the assistant. `{topic}`, `{agent}` and `{user}` are filled in by whoever picks one."""

from __future__ import annotations

from collections.abc import Mapping

#: Preset → how an answer to a question begins.
OPENINGS: Mapping[str, tuple[str, ...]] = {
    "": ("Sure, let us look at that.", "Happy to help with that.", "Good question.", "Of course."),
    "problem_solving": ("Let us take this step by step.", "Let us find the cause first."),
    "conversational": ("Oh, I like that question.", "Sure thing.", "Glad you ask."),
    "fun": ("Ooh, that is a nice one!", "Now we are talking!", "Challenge accepted!"),
    "prose": ("There is more to this than meets the eye.", "Let me begin at the beginning."),
    "creative": ("Let us look at it from an unusual side.", "Picture this."),
    "business": ("Thank you for your enquiry.", "Thank you for getting in touch."),
    "deterministic": ("Here is the answer.",),
    "code": ("Let us break this into parts.", "Here is how I would build it."),
    "multilingual": ("Gladly, avec plaisir, gern.", "Claro, bien sûr, of course."),
}

#: How an answer to a statement begins.
HEARD = ("Thank you for telling me.", "Good to know.", "I see.", "Understood.")

GREETING = ("I am here and ready to help.", "Hello! What shall we talk about?", "I am listening.")

#: Where nothing was said that could be gone into.
INVITATIONS = ("What can I do for you?", "What would you like to know?", "Tell me more, and I will help.")

ADVICE = (
    "With {topic}, I would first check what is easy to check, and then change one thing at a time.",
    "The short answer on {topic} depends on what you have tried so far, and on what should come of it.",
    "For {topic} there are usually two ways: a quick one that holds for now, and a thorough one that lasts.",
    "What matters most about {topic} is to start small, to see what happens, and to go on from there.",
)
MORE_ADVICE = (
    "It also helps to write down what you see, as {topic} is easier to judge with notes at hand.",
    "If that does not settle it, tell me what happened and we will look at {topic} again.",
)
CLOSINGS = (
    "Shall I go into detail on {topic}?",
    "Would an example help?",
    "Do you want me to go on with {topic}?",
    "What would you like to know next?",
)

AFTER_SENTENCE = (
    "What follows from this is to look at {topic} first and to change one thing at a time.",
    "From there, the next step is {topic}: check it first, then decide.",
)
AFTER_COLON = (
    "first look at {topic}, then change one thing at a time, and last check the result.",
    "begin with {topic}, take note of what you see, and decide after that.",
)
MID_SENTENCE = (
    "and the next step from there is to look at {topic} and to change one thing at a time.",
    "which is why I would begin with {topic} and decide after that.",
)

FOR_USER = (
    "Ask for an example of {topic}.",
    "Say what you have tried with {topic} so far.",
    "Ask what to do first about {topic}.",
    "Ask what {topic} would take in time.",
)
FOR_AGENT = (
    "Offer to go into detail on {topic}.",
    "Ask {user} what should come of {topic}.",
    "Sum up what was said about {topic} before going on.",
    "Give {user} one concrete step for {topic}.",
)
