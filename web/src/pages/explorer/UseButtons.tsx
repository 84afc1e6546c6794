import { useNavigate } from 'react-router-dom';

import type { Use } from './answer';
import { draftOf, keepDraft } from './drafts';

/** Actions that take a value: one press fills their form with it. */
export function UseButtons({ uses }: { uses: Use[] }) {
  const navigate = useNavigate();
  return (
    <div className="uses">
      {uses.map((use) => (
        <button
          key={`${use.member} ${use.action.name}`}
          type="button"
          className="button button-small"
          onClick={() => {
            const draft = { ...draftOf(use.action.name), [use.member]: use.value };
            keepDraft(use.action.name, draft, draft);
            navigate(`/explorer/${use.action.name}`);
          }}
        >
          {use.member} → {use.action.name}
        </button>
      ))}
    </div>
  );
}
