import { Section } from '../../parts';
import { NewPassword } from '../../shell/NewPassword';
import { useWords } from '../../words/words';
import { Factor } from './Factor';
import { Sessions } from './Sessions';
import { words } from './words';

/** What a person sets about their own log-in. */
export function You() {
  const w = useWords(words);
  return (
    <>
      <Section title={w.users.password}>
        <NewPassword className="form-narrow" />
      </Section>
      <Factor />
      <Sessions />
    </>
  );
}
