import { send } from "./api.js";
import { authorization } from "./key.js";
import { readEvents } from "./sse.js";

/** The tool that the chat can offer. */
const weather = {
    type: "function",
    function: {
        name: "get_weather",
        description: "The weather at a place.",
        parameters: {
            type: "object",
            properties: { place: { type: "string", description: "A city" } },
            required: ["place"],
        },
    },
};

/** The first model that the server names. */
export async function findModel() {
    const response = await fetch("/v1/models", { headers: authorization() });
    return response.ok ? (await response.json()).data?.[0]?.id : undefined;
}

/** The body of a request for the next turn. */
export function requestOf({ messages, instructions, effort, tool }, model) {
    return {
        model: model ?? "gpt-oss",
        messages: [
            ...instructions.trim() ? [{ role: "developer", content: instructions }] : [], ...messages.map(toWire),
        ],
        reasoning_effort: effort,
        ...tool ? { tools: [weather] } : {},
        stream: true,
        stream_options: { include_usage: true },
        return_token_ids: true,
    };
}

function toWire({ role, content, reasoning, calls, callId }) {
    return role === "assistant" ? {
        role, content: content || null,
        ...reasoning ? { reasoning_content: reasoning } : {},
        ...calls?.length > 0 ? { tool_calls: calls.map(({ id, name, arguments: text }) => ({
            id, type: "function", function: { name, arguments: text },
        })) } : {},
    } : role === "tool" ? { role, content, tool_call_id: callId } : { role, content };
}

/** Sends the request, and gives the chunks of the answer as they come. */
export async function* complete(body, signal) {
    const response = await send("/v1/chat/completions", body, signal);
    for await (const data of readEvents(response.body)) {
        if (data === "[DONE]") {
            return;
        }

        const chunk = JSON.parse(data);
        if (chunk.error) {
            throw new Error(chunk.error.message);
        }

        yield chunk;
    }
}

/** Adds a chunk to an answer: `reasoning`, `content`, `calls`, `finish`, `usage`. */
export function accumulate(answer, chunk) {
    const choice = chunk.choices?.[0];
    const delta = choice?.delta ?? {};
    answer.reasoning += delta.reasoning_content ?? delta.reasoning ?? "";
    answer.content += delta.content ?? "";
    for (const part of delta.tool_calls ?? []) {
        const call = answer.calls[part.index ?? 0] ??= { id: "", name: "", arguments: "" };
        call.id = part.id ?? call.id;
        call.name += part.function?.name ?? "";
        call.arguments += part.function?.arguments ?? "";
    }

    answer.finish = choice?.finish_reason ?? answer.finish;
    answer.usage = chunk.usage ?? answer.usage;
}
