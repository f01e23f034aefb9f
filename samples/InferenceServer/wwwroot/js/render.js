import { latest } from "./api.js";
import { fillSelect } from "./controls.js";
import { byId, choose, chosen, count, debounce, format, plural, say } from "./dom.js";
import { Editor } from "./editor.js";
import { showMessage } from "./notices.js";
import { showPrompt } from "./prompt-parts.js";
import { createForm } from "./render-form.js";
import { conversations } from "./samples.js";
import { Tabs } from "./tabs.js";
import { TokenDetails } from "./token-details.js";

const First = Object.values(conversations)[0];

/** The view that makes a prompt of a conversation. */
export function createRenderView(changed) {
    const editor = new Editor(byId("render-json"));
    const details = new TokenDetails(byId("render-details"));
    const withIds = byId("render-ids");
    const render = latest("/render");
    const form = createForm(byId("render-form"), () => editor.value, text => {
        editor.value = text;
        edited();
    });
    const tabs = new Tabs(byId("render-tabs"), name => {
        if (name === "form") {
            form.build();
        }
    });
    let cached = null;
    let lastGood = null;

    const request = () => ({
        conversation: editor.value,
        purpose: chosen("render-purpose"),
        role: byId("render-role").value,
        dialect: chosen("render-dialect"),
        analysis: byId("render-analysis").value,
        check_headers: byId("render-check").checked,
        keep_sampled: byId("render-sampled").checked,
    });

    async function update() {
        const body = request();
        const { stale, answer, error } = await render({ ...body, cached });
        if (!stale) {
            error ? fail(error) : show(body, answer);
        }
    }

    function fail(error) {
        const place = error.position === undefined ? null : editor.placeOf(error.position);
        editor.mark(place?.line);
        editor.area.setAttribute("aria-invalid", "true");
        byId("render-output").classList.add("is-old");
        form.showError(error.messageIndex);
        showMessage(
            byId("render-error"),
            place ? `Line ${format(place.line)}, column ${format(place.column)}: ${error.message}` : error.message,
            place && (() => {
                tabs.choose(tabs.find("json"));
                editor.show(place);
            }));
    }

    function show(body, answer) {
        lastGood = body;
        editor.mark(null);
        editor.area.removeAttribute("aria-invalid");
        showMessage(byId("render-error"));
        const names = answer.unknown_members;
        showMessage(byId("render-warning"), names.length > 0 && `Not rendered, unknown: ${names.slice(0, 8).join(", ")}`
            + (names.length > 8 ? ` and ${names.length - 8} more` : ""));
        const output = byId("render-output");
        output.classList.remove("is-old");
        const conversation = JSON.parse(body.conversation);
        showPrompt(output, conversation.messages ?? conversation[0], answer, details);
        form.showError(null);
        form.showDropped(answer.dropped);
        count("render-count", answer.count, "id");
        const messageCount = answer.parts.filter(part => part.message !== undefined).length;
        count("render-messages", messageCount, "message in it", "messages in it");
        say(byId("render-dropped"), format(answer.dropped.length));
        say(byId("render-kept"), answer.unchanged_count === undefined
            ? "–"
            : `${format(answer.unchanged_count)} of ${format(answer.cached_count)}`);
        say(byId("render-voice"), `The prompt has ${plural(answer.count, "id")}. ${
            answer.unchanged_count === undefined ? "" : `A cache keeps ${format(answer.unchanged_count)}.`}`);
    }

    const soon = debounce(update, () => editor.value.length > 50_000 ? 200 : 40);
    function edited() {
        byId("render-role-box").hidden = chosen("render-purpose") !== "completion";
        soon();
        changed();
    }

    async function load(path) {
        editor.value = await (await fetch(path)).text();
        cached = null;
        await update();
        putIntoCache();
        form.build();
    }

    function putIntoCache() {
        cached = lastGood;
        edited();
    }

    editor.area.addEventListener("input", edited);
    byId("render-options").addEventListener("change", edited);
    byId("render-cache").addEventListener("click", putIntoCache);
    withIds.addEventListener("change", () => {
        byId("render-output").classList.toggle("with-ids", withIds.checked);
        changed();
    });
    byId("render-copy").addEventListener("click", async () => {
        const ids = [...byId("render-output").querySelectorAll(".flow")].flatMap(flow => flow.tokens.list.ids);
        await navigator.clipboard.writeText(ids.join(" "));
        say(byId("render-voice"), `${plural(ids.length, "id")} copied.`);
    });
    fillSelect(byId("render-sample"), Object.keys(conversations), name => load(conversations[name]));

    return {
        getState: () => ({ ...request(), cached, ids: withIds.checked, tab: tabs.current }),
        async setState(state) {
            choose("render-purpose", state?.purpose ?? "completion");
            choose("render-dialect", state?.dialect ?? "openai");
            byId("render-role").value = state?.role ?? "assistant";
            byId("render-analysis").value = state?.analysis ?? "drop_before_first_final";
            byId("render-check").checked = state?.check_headers ?? true;
            byId("render-sampled").checked = state?.keep_sampled ?? false;
            withIds.checked = state?.ids ?? false;
            byId("render-output").classList.toggle("with-ids", withIds.checked);
            if (state === null) {
                tabs.choose(tabs.find("form"));
                await load(First);
                return;
            }

            editor.value = state.conversation;
            cached = state.cached;
            tabs.choose(tabs.find(state.tab));
            byId("render-role-box").hidden = chosen("render-purpose") !== "completion";
            await update();
        },
    };
}
