import { Component, type ReactNode } from 'react';

import { Button, Empty, Page } from '../parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';

/** Shows words and a way on when a page throws, so that the frame around it stays usable. */
export class PageGuard extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error ? <Broken error={error} /> : this.props.children;
  }
}

function Broken({ error }: { error: Error }) {
  const words = useWords(shellWords);
  return (
    <Page title={words.broken}>
      <Empty
        title={error.message}
        action={<Button onClick={() => location.reload()}>{words.reload}</Button>}
      />
    </Page>
  );
}
