/**
 * Where the text of a check is now. A fix names places of the text that was checked; between the check and the click
 * somebody may have typed. A track follows the changes since, and says whether a place is still what it was.
 */
import type { ChangeDesc, ChangeSet, EditorState } from "@codemirror/state";
import { type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";

import type { Fix } from "../types.js";

export interface Change {
  from: number;
  to: number;
  insert: string;
}

export class Track {
  #since: ChangeDesc;

  constructor(state: EditorState) {
    this.#since = state.changes([]).desc;
  }

  follow(changes: ChangeSet): void {
    this.#since = this.#since.composeDesc(changes.desc);
  }

  /** The edits of a fix in the text as it is now; undefined where one of its places was changed meanwhile. */
  changesOf(fix: Fix): Change[] | undefined {
    const since = this.#since;
    const touched = fix.edits.some(({ span: [from, to] }) => to > since.length || since.touchesRange(from, to) !== false);
    if (touched) return undefined;
    return fix.edits.map(({ span: [from, to], text }) => ({ from: since.mapPos(from, 1), to: since.mapPos(to, -1), insert: text }));
  }
}

/** The newest track is that of the check that is running, the one before it that of what is shown. */
const KEPT = 2;

class Tracks implements PluginValue {
  readonly #held: Track[] = [];

  begin(state: EditorState): Track {
    const track = new Track(state);
    this.#held.push(track);
    if (this.#held.length > KEPT) this.#held.shift();
    return track;
  }

  update({ docChanged, changes }: ViewUpdate): void {
    if (docChanged) for (const track of this.#held) track.follow(changes);
  }
}

export const tracks: ViewPlugin<Tracks> = ViewPlugin.fromClass(Tracks);
