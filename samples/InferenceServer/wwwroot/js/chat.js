import { ChatMessage } from "./chat-message.js";
import { accumulate, complete, findModel, requestOf } from "./chat-request.js";
import { byId, format, say } from "./dom.js";
import { IdStream } from "./id-stream.js";
import { showMessage } from "./notices.js";
import { TokenDetails } from "./token-details.js";
import { TokenFlow } from "./token-flow.js";

/** The view that chats, and shows the ids of a turn while it streams. */
export function createChatView(changed) {
    const input = byId("chat-input");
    const log = byId("chat-log");
    const stream = new IdStream(new TokenFlow(byId("chat-flow"), new TokenDetails(byId("chat-details"))));
    let messages = [];
    let promptCount = 0;
    let controller = null;
    let model = null;

    const options = () => ({
        instructions: byId("chat-instructions").value,
        effort: byId("chat-effort").value,
        tool: byId("chat-tool").checked,
    });

    function add(message) {
        messages.push(message);
        const shown = new ChatMessage(message);
        byId("chat-empty").hidden = true;
        log.append(shown.element);
        toEnd();
        return shown;
    }

    function toEnd() {
        log.scrollTop = log.scrollHeight;
    }

    async function send() {
        const content = input.value.trim();
        if (content === "" || controller) {
            return;
        }

        input.value = "";
        const pending = pendingCall();
        add(pending ? { role: "tool", content, callId: pending.id } : { role: "user", content });
        await run();
    }

    /** The call that waits for its result, if the last message is one. */
    const pendingCall = () => messages.at(-1)?.role === "assistant" ? messages.at(-1).calls[0] : undefined;

    async function run() {
        controller = new AbortController();
        setRunning(true);
        showMessage(byId("chat-error"));
        stream.clear();
        showCounts(0, 0);
        let shown = null;
        try {
            model ??= await findModel();
            const body = requestOf({ messages, ...options() }, model);
            const answer = { role: "assistant", reasoning: "", content: "", calls: [] };
            shown = add(answer);
            for await (const chunk of complete(body, controller.signal)) {
                accumulate(answer, chunk);
                shown.update(true);
                showIds(chunk);
                toEnd();
            }
        } catch (error) {
            if (error.name !== "AbortError") {
                showMessage(byId("chat-error"), error.message);
            } else if (shown) {
                shown.message.finish = "stopped";
            }
        } finally {
            controller = null;
            setRunning(false);
            finish(shown);
        }
    }

    function showIds(chunk) {
        const prompt = chunk.prompt_token_ids;
        const ids = chunk.choices?.[0]?.token_ids;
        if (prompt) {
            promptCount = prompt.length;
            stream.add(prompt, true).catch(tellIds);
        }

        if (ids?.length > 0) {
            stream.add(ids).catch(tellIds);
        }

        showCounts(promptCount, stream.ids.length - promptCount);
    }

    const tellIds = error => showMessage(byId("chat-error"), `The ids have no text: ${error.message}`);

    function showCounts(prompt, sampled) {
        say(byId("chat-prompt-count"), format(prompt));
        say(byId("chat-sampled-count"), format(Math.max(0, sampled)));
    }

    /** An answer of nothing is no message: it would be sent with the next request. */
    function finish(shown) {
        shown?.update(false);
        const last = messages.at(-1);
        if (last?.role === "assistant" && !last.content && !last.reasoning && last.calls.length === 0) {
            messages.pop();
            shown?.element.remove();
        }

        showComposer();
        changed();
        input.focus();
    }

    function showComposer() {
        const pending = pendingCall();
        input.placeholder = pending ? `The result of ${pending.name}` : "Ask something";
        byId("chat-input-label").textContent = pending ? `Result of ${pending.name}` : "Message";
        byId("chat-empty").hidden = messages.length > 0;
    }

    function setRunning(isRunning) {
        byId("chat-stop").disabled = !isRunning;
        byId("chat-send").disabled = isRunning;
        log.setAttribute("aria-busy", String(isRunning));
        say(byId("chat-voice"), isRunning ? "The model answers." : "The answer is complete.");
    }

    function clear() {
        controller?.abort();
        messages = [];
        promptCount = 0;
        log.querySelectorAll("article").forEach(one => one.remove());
        stream.clear();
        showCounts(0, 0);
        showMessage(byId("chat-error"));
        showComposer();
    }

    byId("chat-form").addEventListener("submit", event => {
        event.preventDefault();
        send();
    });
    input.addEventListener("keydown", event => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            send();
        }
    });
    byId("chat-stop").addEventListener("click", () => controller?.abort());
    byId("chat-new").addEventListener("click", () => {
        clear();
        changed();
        input.focus();
    });
    byId("chat-options").addEventListener("change", changed);
    byId("chat-ids").addEventListener("change", event =>
        byId("chat-flow").classList.toggle("with-ids", event.target.checked));

    return {
        getState: () => ({ messages, ...options(), ids: stream.ids, prompt: promptCount }),
        async setState(state) {
            clear();
            byId("chat-instructions").value = state?.instructions ?? "";
            byId("chat-effort").value = state?.effort ?? "medium";
            byId("chat-tool").checked = state?.tool ?? false;
            (state?.messages ?? []).forEach(message => add(message));
            if (state?.ids?.length > 0) {
                promptCount = state.prompt;
                await stream.add(state.ids.slice(0, promptCount), true);
                await stream.add(state.ids.slice(promptCount));
                showCounts(promptCount, stream.ids.length - promptCount);
            }

            showComposer();
        },
    };
}
