import { html } from '@codemirror/lang-html';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';

export interface EditorPlace {
  readonly line: number;
  readonly column: number;
}

const kLook = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', backgroundColor: 'var(--page)', color: 'var(--text)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px' },
  '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--text-2)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
});

/**
 * The editor of a template's HTML. It lives in a shadow root: its style sheets are then constructed ones, which the
 * policy of the page allows without an exception.
 */
export default function CodeEditor(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Moves the cursor there when it changes. */
  place?: EditorPlace | undefined;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          basicSetup,
          html(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': latest.current.label }),
          // Tab is never trapped; Escape leads out to the part's buttons.
          keymap.of([
            {
              key: 'Escape',
              run: () => {
                element.closest<HTMLElement>('[data-editor-frame]')?.focus();
                return true;
              },
            },
          ]),
          kLook,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    // Outside the shadow root a key seems to come from a plain element, and would be taken for a shortcut of the page.
    const keep = (event: KeyboardEvent) => {
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    };
    element.addEventListener('keydown', keep);
    return () => {
      element.removeEventListener('keydown', keep);
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    const editor = view.current;
    const place = props.place;
    if (!editor || !place || place.line < 1 || place.line > editor.state.doc.lines) return;
    const line = editor.state.doc.line(place.line);
    const at = Math.min(line.to, line.from + Math.max(0, place.column - 1));
    editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    editor.focus();
  }, [props.place]);

  return <div ref={host} className="code-editor" />;
}
