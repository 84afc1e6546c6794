import { Button, Dialog } from '../parts';
import { partWords } from '../words/parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { NewPassword } from './NewPassword';

/** Changes the password of the person who is logged in. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const words = useWords(shellWords);
  const parts = useWords(partWords);
  return (
    <Dialog title={words.changePassword} onClose={onClose}>
      <NewPassword className="stack" before={<Button onClick={onClose}>{parts.back}</Button>} onDone={onClose} />
    </Dialog>
  );
}
