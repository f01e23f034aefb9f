import { byId } from "./dom.js";

/** The buttons that step through a completion, and play it like a stream. */
export class Player {
    constructor(moved) {
        this.moved = moved;
        this.position = 0;
        this.length = 0;
        this.scrubber = byId("play-at");
        this.scrubber.addEventListener("input", () => this.go(Number(this.scrubber.value), true));
        const buttons = {
            "play-start": () => this.go(0, true),
            "play-back": () => this.go(this.position - 1, true),
            "play-next": () => this.go(this.position + 1, true),
            "play-end": () => this.go(this.length, true),
            "play-toggle": () => this.isPlaying ? this.pause() : this.play(),
        };
        for (const [id, action] of Object.entries(buttons)) {
            byId(id).addEventListener("click", action);
        }
    }

    get isPlaying() {
        return this.timer !== undefined;
    }

    /** Starts with another completion, at its end unless another position is given. */
    load(length, position = length) {
        this.pause();
        this.length = length;
        this.scrubber.max = length;
        this.go(Math.min(position, length));
    }

    /** @param byHand Whether somebody moves: then it no longer plays. */
    go(position, byHand = false) {
        if (byHand) {
            this.pause();
        }

        this.position = Math.max(0, Math.min(this.length, position));
        this.scrubber.value = this.position;
        byId("play-start").disabled = byId("play-back").disabled = this.position === 0;
        byId("play-next").disabled = byId("play-end").disabled = this.position === this.length;
        this.moved(this.position);
    }

    play() {
        if (this.length === 0) {
            return;
        }

        if (this.position === this.length) {
            this.go(0);
        }

        const started = performance.now();
        const from = this.position;
        const tick = () => {
            const speed = Number(byId("play-speed").value);
            const target = from + Math.floor((performance.now() - started) * speed / 1000);
            if (target > this.position) {
                this.go(target);
            }

            if (this.position < this.length) {
                this.timer = setTimeout(tick, Math.max(16, 1000 / speed));
            } else {
                this.pause();
            }
        };
        this.timer = setTimeout(tick, 0);
        this.#label();
    }

    pause() {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.#label();
    }

    #label() {
        byId("play-toggle").textContent = this.isPlaying ? "Pause" : "Play";
    }
}
