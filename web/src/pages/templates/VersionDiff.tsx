import { html } from '@codemirror/lang-html';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';

const kLook = EditorView.theme({
  '&': { fontSize: '12px', maxHeight: '480px', backgroundColor: 'var(--page)', color: 'var(--text)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px', overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'var(--sunk)', color: 'var(--text-2)', border: 'none' },
  '.cm-deletedChunk': { backgroundColor: 'var(--error-soft)', color: 'var(--text)' },
  '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--success-soft)' },
  '.cm-deletedLine, .cm-deletedChunk .cm-deletedText': { textDecoration: 'line-through' },
  '.cm-changedText': { background: 'none', textDecoration: 'underline' },
  '.cm-collapsedLines': { background: 'var(--sunk)', color: 'var(--text-2)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
});

/** What differs between two texts; equal stretches are folded, `unchanged` says how many lines (`$`). In a shadow root, as CodeEditor is. */
export default function VersionDiff(props: { label: string; unchanged: string; before: string; after: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: props.after,
        extensions: [
          lineNumbers(),
          html(),
          EditorView.lineWrapping,
          EditorState.readOnly.of(true),
          EditorState.phrases.of({ '$ unchanged lines': props.unchanged }),
          EditorView.contentAttributes.of({ 'aria-label': props.label, 'aria-readonly': 'true' }),
          unifiedMergeView({
            original: props.before,
            mergeControls: false,
            collapseUnchanged: { margin: 3, minSize: 6 },
            // Long texts are compared coarsely rather than for seconds.
            diffConfig: { scanLimit: 500, timeout: 500 },
          }),
          kLook,
        ],
      }),
    });
    return () => view.destroy();
  }, [props.label, props.unchanged, props.before, props.after]);
  return <div ref={host} className="version-diff" />;
}
