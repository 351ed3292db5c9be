// The editor of the text: CodeMirror with TOML and the engine's problems at their lines. It lives in a shadow root, where its styles
// are adopted sheets, which the page's security policy allows.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Problem } from "./protocol";

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.variableName)], color: "var(--code-key)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.atom, tags.bool], color: "var(--code-number)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: ".85rem", height: "min(70vh, 44rem)" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--muted)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--line)" },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "1px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selected)",
  },
  ".cm-panels, .cm-tooltip": { backgroundColor: "var(--ground)", color: "var(--ink)", border: "1px solid var(--rule)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", fontFamily: "inherit" },
});

export interface Editor {
  text(): string;
  load(text: string): void;
  mark(problems: readonly Problem[]): void;
  line(line: number): void;
}

export function editor(host: HTMLElement, changed: () => void): Editor {
  const root = host.attachShadow({ mode: "open" });
  let loading = false;
  const state = (text: string) =>
    EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        lintGutter(),
        StreamLanguage.define(toml),
        syntaxHighlighting(colours),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": "the deal as text (TOML). Escape, then Tab leaves the editor." }),
        keymap.of([...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !loading) changed();
        }),
      ],
    });
  const view = new EditorView({ state: state(""), root, parent: root });
  return {
    text: () => view.state.doc.toString(),
    load(text) {
      loading = true;
      view.setState(state(text));
      loading = false;
    },
    mark(problems) {
      const { doc } = view.state;
      const found: Diagnostic[] = problems
        .filter((problem) => problem.line !== null && problem.line <= doc.lines)
        .map((problem) => {
          const line = doc.line(Math.max(1, problem.line ?? 1));
          const from = Math.min(line.to, line.from + Math.max(0, (problem.column ?? 1) - 1));
          const to = problem.end_column === null ? line.to : Math.min(line.to, line.from + problem.end_column - 1);
          return {
            from,
            to: Math.max(from, to),
            severity: "error",
            message: !problem.help ? problem.message : `${problem.message}\n${problem.help}`,
          };
        });
      view.dispatch(setDiagnostics(view.state, found));
    },
    line(line) {
      const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      view.dispatch({ selection: { anchor: at.from }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
      view.focus();
    },
  };
}
