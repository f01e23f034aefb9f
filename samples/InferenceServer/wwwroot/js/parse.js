import { latest } from "./api.js";
import { fillSelect } from "./controls.js";
import { byId, choose, chosen, count as showCount, debounce, el, format, plural, say } from "./dom.js";
import { Editor } from "./editor.js";
import { readIds } from "./ids.js";
import { print } from "./json.js";
import { showMessage } from "./notices.js";
import { Player } from "./player.js";
import { completions } from "./samples.js";
import { Segments } from "./segments.js";
import { TokenDetails } from "./token-details.js";
import { TokenFlow } from "./token-flow.js";
import { fromBase64 } from "./token-list.js";

const FirstSample = "Malformed: an answer inside the thought";

/** The view that reads a completion step by step. */
export function createParseView(changed) {
    const editor = new Editor(byId("parse-input"));
    const flow = new TokenFlow(byId("parse-flow"), new TokenDetails(byId("parse-details")));
    const segments = new Segments(byId("parse-segments"));
    const parse = latest("/parse");
    const optional = ["parse-tools-box", "parse-stop-box", "parse-stray-box"].map(byId);
    let answer = null;
    const player = new Player(show);

    function request() {
        const body = { mode: byId("parse-mode").value, dialect: chosen("parse-dialect") };
        chosen("parse-form") === "ids" ? body.tokens = readIds(editor.value) : body.text = editor.value;
        const role = byId("parse-role").value;
        if (role !== "") {
            body.role = role;
        }

        if (body.mode === "resilient") {
            const stops = byId("parse-stop").value.split("\n").filter(line => line !== "");
            const tools = byId("parse-tools").value.trim();
            Object.assign(body, { skip_stray_text: byId("parse-stray").checked },
                stops.length > 0 && { stop: stops }, tools && { tools });
        }

        return body;
    }

    async function update(position) {
        let body;
        try {
            body = request();
        } catch (error) {
            fail(error);
            return;
        }

        const { stale, answer: read, error } = await parse(body);
        if (!stale) {
            error ? fail(error) : load(read, position);
        }
    }

    function fail(error) {
        const isInput = error.position !== undefined && error.param !== "tools";
        const place = isInput ? editor.placeOf(error.position) : null;
        editor.mark(place?.line);
        showMessage(byId("parse-error"),
            place ? `Line ${place.line}, column ${place.column}: ${error.message}`
                : error.param === "tools" ? `Tools: ${error.message}` : error.message,
            place && (() => editor.show(place)));
        byId("parse-result").classList.add("is-old");
    }

    function load(read, position) {
        answer = read;
        editor.mark(null);
        showMessage(byId("parse-error"));
        byId("parse-result").classList.remove("is-old");
        const warned = new Set(read.events.filter(event => event.kind === "diagnostic" || event.kind === "error")
            .map(event => Math.min(event.start, read.tokens.length - 1)));
        flow.show(read.tokens, read.byte_lengths, fromBase64(read.bytes), { warned, read: 0 });
        segments.clear(read.events);

        // The end of the stream is a step of its own.
        player.load(read.tokens.length + 1, position);
    }

    function show(position) {
        const count = Math.min(position, answer.tokens.length);
        const isEnd = position > answer.tokens.length;
        flow.setRead(count);
        segments.goTo(position);
        const happened = answer.events.filter(event => event.at <= position);
        const odd = happened.filter(event => event.kind === "diagnostic" || event.kind === "error").length;
        const messages = answer.messages.slice(0, segments.ended);
        byId("parse-messages").textContent = messages.length === 0 ? "" : print({ messages });
        byId("parse-none").hidden = messages.length > 0;
        say(byId("parse-count"), `${format(count)} of ${format(answer.tokens.length)}`);
        showCount("parse-message-count", messages.length, "message");
        showCount("parse-odd", odd, "diagnostic");
        say(byId("parse-finish"), isEnd ? answer.finish?.replace("_", " ") ?? "–" : "…");
        byId("play-at").setAttribute("aria-valuetext", isEnd ? "the end of the stream" : `${plural(count, "id")} read`);
        if (!player.isPlaying) {
            say(byId("parse-voice"), `${plural(count, "id")} read, ${plural(messages.length, "message")}, `
                + `${plural(odd, "diagnostic")}.`);
        }
    }

    function showOptions() {
        const isResilient = byId("parse-mode").value === "resilient";
        optional.forEach(box => box.hidden = !isResilient);
    }

    /** Writes the same completion in the other form. */
    function convert() {
        if (answer) {
            editor.value = chosen("parse-form") === "ids"
                ? answer.tokens.join(" ")
                : new TextDecoder().decode(fromBase64(answer.bytes));
        }

        edited();
    }

    const soon = debounce(() => update(), 60);
    function edited() {
        soon();
        changed();
    }

    async function pickSample(name) {
        const sample = completions[name];
        const ids = sample.file ? (await (await fetch(sample.file)).text()).trim() : sample.ids;
        choose("parse-form", ids === undefined ? "text" : "ids");
        editor.value = ids ?? sample.text;
        await update();
        changed();
    }

    editor.area.addEventListener("input", edited);
    byId("parse-options").addEventListener("change", event => {
        showOptions();
        event.target.name === "parse-form" ? convert() : edited();
    });
    byId("parse-options").addEventListener("input", event => event.target.matches("textarea") && edited());
    fillSelect(byId("parse-sample"), Object.keys(completions), pickSample);
    byId("parse-role").append(
        ...["assistant", "user", "system", "developer", "tool"].map(role => el("option", { text: role })));

    return {
        getState: () => ({
            input: editor.value,
            form: chosen("parse-form"),
            mode: byId("parse-mode").value,
            dialect: chosen("parse-dialect"),
            role: byId("parse-role").value,
            stop: byId("parse-stop").value,
            tools: byId("parse-tools").value,
            stray: byId("parse-stray").checked,
            at: player.position,
        }),
        async setState(state) {
            choose("parse-form", state?.form ?? "text");
            choose("parse-dialect", state?.dialect ?? "openai");
            byId("parse-mode").value = state?.mode ?? "resilient";
            byId("parse-role").value = state?.role ?? "";
            byId("parse-stop").value = state?.stop ?? "";
            byId("parse-tools").value = state?.tools ?? "";
            byId("parse-stray").checked = state?.stray ?? false;
            showOptions();
            if (state === null) {
                await pickSample(FirstSample);
            } else {
                editor.value = state.input;
                await update(state.at);
            }
        },
    };
}
