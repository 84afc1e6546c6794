/** @jsxImportSource preact */
import { render } from 'preact';

import { Entrance, type EntranceProps } from './Entrance';

/** Shows what stands in front of the log-in; the function that comes back takes it away. */
export function showEntrance(root: HTMLElement, props: EntranceProps): () => void {
  render(<Entrance {...props} />, root);
  return () => render(null, root);
}
