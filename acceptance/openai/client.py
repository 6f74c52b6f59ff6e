"""OpenAI's client for Python, as an application uses it: address and key come from the environment."""

import json
import os
import sys
import traceback

import openai

MODEL = os.environ["EXACTA_MODEL"]
QUESTION = [{"role": "user", "content": "Tell me a short story about a lighthouse."}]
TOKENS = 40

client = openai.OpenAI()


def ask(**more):
    return client.chat.completions.create(
        model=MODEL, messages=QUESTION, **{"max_tokens": TOKENS, "seed": 7, **more}
    )


def text(answer):
    return answer.choices[0].message.content


def models():
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def chat():
    answer = ask()
    assert answer.object == "chat.completion" and answer.model == MODEL
    assert answer.choices[0].message.role == "assistant" and text(answer)
    assert answer.choices[0].finish_reason in ("stop", "length")
    details = answer.model_extra["exacta"]
    assert details["receipt"] and details["host"].startswith("gonka1") and details["cost"] >= 0


def usage():
    counts = ask().usage
    assert 0 < counts.completion_tokens <= TOKENS and counts.prompt_tokens > 0
    assert counts.total_tokens == counts.prompt_tokens + counts.completion_tokens


def stream():
    whole = ask()
    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    parts = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert "".join(part.delta.content or "" for part in parts) == text(whole)
    assert parts[0].delta.role == "assistant"
    assert parts[-1].finish_reason == whole.choices[0].finish_reason
    assert chunks[-1].usage == whole.usage
    assert all(chunk.usage is None for chunk in chunks[:-1])


def stream_without_usage():
    chunks = list(ask(stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)
    assert chunks[-1].model_extra["exacta"]["receipt"]


def seed():
    first = text(ask(temperature=1, seed=1))
    assert text(ask(temperature=1, seed=1)) == first
    assert text(ask(temperature=1, seed=2)) != first


def stop():
    whole = text(ask(temperature=0))
    at = whole.index(" ", len(whole) // 2)
    word = whole[at : at + 6]
    for cut in (word, ["@@never@@", word]):
        answer = ask(temperature=0, stop=cut)
        assert text(answer) == whole[: whole.index(word)]
        assert answer.choices[0].finish_reason == "stop"
        parts = list(ask(temperature=0, stop=cut, stream=True))
        assert "".join(part.choices[0].delta.content or "" for part in parts) == text(answer)


def max_tokens():
    for name in ("max_tokens", "max_completion_tokens"):
        answer = client.chat.completions.create(model=MODEL, messages=QUESTION, **{name: 5})
        assert answer.usage.completion_tokens == 5
        assert answer.choices[0].finish_reason == "length"


def logprobs():
    plain = ask()
    assert plain.choices[0].logprobs is None
    for top in (0, 5):
        answer = ask(logprobs=True, top_logprobs=top)
        assert text(answer) == text(plain)
        entries = answer.choices[0].logprobs.content
        assert bytes(b for entry in entries for b in entry.bytes).decode() == text(answer)
        assert all(entry.logprob <= 0 and len(entry.top_logprobs) == top for entry in entries)
        for entry in entries:
            likely = [other.logprob for other in entry.top_logprobs]
            assert likely == sorted(likely, reverse=True)
            assert not likely or entry.logprob <= likely[0]
        parts = [c.choices[0] for c in ask(logprobs=True, top_logprobs=top, stream=True)]
        streamed = [entry for part in parts if part.logprobs for entry in part.logprobs.content]
        assert streamed == entries
    greedy = ask(temperature=0, logprobs=True, top_logprobs=1).choices[0].logprobs.content
    assert all(entry.token == entry.top_logprobs[0].token for entry in greedy)


TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city now.",
            "strict": True,
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "maxLength": 20},
                    "unit": {"$ref": "#/$defs/unit"},
                },
                "required": ["city", "unit"],
                "additionalProperties": False,
                "$defs": {"unit": {"enum": ["celsius", "fahrenheit"]}},
            },
        },
    },
    {"type": "function", "function": {"name": "get_time", "description": "The time now."}},
]
WEATHER = [{"role": "user", "content": "What is the weather in Paris?"}]


def converse(messages, **more):
    return client.chat.completions.create(
        model=MODEL, messages=messages, tools=TOOLS, **{"max_tokens": 120, "seed": 7, **more}
    )


def weather(call):
    assert call.type == "function" and call.function.name == "get_weather"
    arguments = json.loads(call.function.arguments)
    assert set(arguments) == {"city", "unit"} and arguments["unit"] in ("celsius", "fahrenheit")
    return arguments


def tool_calls():
    named = {"type": "function", "function": {"name": "get_weather"}}
    answer = converse(WEATHER, tool_choice=named)
    assert answer.choices[0].finish_reason == "tool_calls"
    message = answer.choices[0].message
    assert message.content is None
    [call] = message.tool_calls
    weather(call)
    parts = [c.choices[0].delta for c in converse(WEATHER, tool_choice=named, stream=True)]
    streamed = [c for delta in parts if delta.tool_calls for c in delta.tool_calls]
    assert len(streamed) > 1 and all(part.index == 0 for part in streamed)
    assert streamed[0].id and streamed[0].function.name == "get_weather"
    assert "".join(part.function.arguments for part in streamed) == call.function.arguments
    result = {"role": "tool", "tool_call_id": call.id, "content": "Sunny, 21 degrees."}
    after = converse(WEATHER + [message, result])
    assert text(after) or after.choices[0].message.tool_calls


def tool_choice():
    call = converse(WEATHER, tool_choice="required").choices[0].message.tool_calls[0]
    assert call.function.name in ("get_weather", "get_time")
    assert isinstance(json.loads(call.function.arguments), dict)
    plain = client.chat.completions.create(
        model=MODEL, messages=WEATHER, max_tokens=20, temperature=0
    )
    none = converse(WEATHER, tool_choice="none", max_tokens=20, temperature=0)
    assert text(none) == text(plain)
    auto = converse(WEATHER, tool_choice="auto").choices[0]
    assert auto.message.content or auto.message.tool_calls


def tool_stream():
    with client.chat.completions.stream(
        model=MODEL, messages=WEATHER, tools=TOOLS, tool_choice="required", seed=7, max_tokens=120
    ) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls[0].id.isalnum()


def completions():
    more = {"model": MODEL, "prompt": "Once upon a time", "max_tokens": 12, "temperature": 0}
    answer = client.completions.create(**more)
    assert answer.choices[0].text and answer.usage.completion_tokens <= 12
    parts = list(client.completions.create(stream=True, **more))
    assert "".join(part.choices[0].text for part in parts) == answer.choices[0].text


def content_parts():
    parts = [{"type": "text", "text": QUESTION[0]["content"]}]
    answer = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": parts}], max_tokens=TOKENS, seed=7
    )
    assert text(answer) == text(ask())


def refused(kind, code, act):
    try:
        act()
    except kind as error:
        assert error.code == code, error
        return error
    raise AssertionError(f"no {kind.__name__}")


def unknown_model():
    act = lambda: client.chat.completions.create(model="gpt-none", messages=QUESTION)
    error = refused(openai.NotFoundError, "model_not_found", act)
    assert error.param == "model"


def bad_key():
    other = openai.OpenAI(api_key="sk-this-is-wrong")
    refused(openai.AuthenticationError, "invalid_api_key", lambda: other.models.list())


def bad_parameter():
    error = refused(openai.BadRequestError, "invalid_value", lambda: ask(temperature=3))
    assert error.param == "temperature"
    tools = [{"type": "custom", "custom": {"name": "f"}}]
    error = refused(openai.BadRequestError, "unsupported_parameter", lambda: ask(tools=tools))
    assert error.param == "tools[0].type"
    error = refused(openai.BadRequestError, "invalid_value", lambda: ask(tool_choice="required"))
    assert error.param == "tool_choice"


def too_long():
    act = lambda: ask(max_tokens=10_000_000 // 4)
    refused(openai.BadRequestError, "context_length_exceeded", act)


CHECKS = [
    models,
    chat,
    usage,
    stream,
    stream_without_usage,
    seed,
    stop,
    max_tokens,
    logprobs,
    tool_calls,
    tool_choice,
    tool_stream,
    completions,
    content_parts,
    unknown_model,
    bad_key,
    bad_parameter,
    too_long,
]

failed = 0
for check in CHECKS:
    try:
        check()
        print(f"python {openai.__version__}: {check.__name__}: ok", flush=True)
    except Exception:
        failed += 1
        print(f"python {openai.__version__}: {check.__name__}: FAILED", flush=True)
        traceback.print_exc()
sys.exit(1 if failed else 0)
