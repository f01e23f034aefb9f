import { askForKey, authorization } from "./key.js";

/** What the server answered instead of what was asked for. */
export class ApiError extends Error {
    constructor(status, error) {
        super(error.message);
        this.status = status;
        Object.assign(this, { param: error.param, code: error.code, position: error.position, path: error.path });
        this.messageIndex = error.message_index;
    }
}

/** The error in a response, in OpenAI's form or not. */
async function errorOf(response) {
    const text = await response.text();
    try {
        return new ApiError(response.status, JSON.parse(text).error);
    } catch {
        const message = `The server answered ${response.status} ${response.statusText}.`;
        return new ApiError(response.status, { message });
    }
}

/** Sends JSON, and gives the answer if it is one. */
export async function send(path, body, signal) {
    let response;
    try {
        response = await fetch(path, {
            method: "POST",
            headers: { "Content-Type": "application/json", ...authorization() },
            // Half of a surrogate pair is no text; as in the tokenizer, it becomes U+FFFD.
            body: JSON.stringify(body, (_, value) => typeof value === "string" ? value.toWellFormed() : value),
            signal,
        });
    } catch (error) {
        throw error.name === "AbortError"
            ? error
            : new ApiError(0, { message: "The server does not answer. Is it running?" });
    }

    if (!response.ok) {
        if (response.status === 401) {
            askForKey();
        }

        throw await errorOf(response);
    }

    return response;
}

export const call = async (path, body, signal) => (await send(path, body, signal)).json();

/** A call whose earlier answers no longer matter once it is made again. */
export function latest(path) {
    let controller;
    return async body => {
        controller?.abort();
        const mine = controller = new AbortController();
        try {
            const answer = await call(path, body, mine.signal);
            return mine === controller ? { answer } : { stale: true };
        } catch (error) {
            return mine !== controller || error.name === "AbortError" ? { stale: true } : { error };
        }
    };
}
