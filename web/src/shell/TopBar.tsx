import { useQueryClient } from '@tanstack/react-query';
import { Braces, Keyboard, Languages, MapPin, Monitor, Moon, Sun } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { logOut } from '../api/session';
import { Button, IconButton } from '../parts';
import { shellWords } from '../words/shell';
import { useLanguage, useWords, type Language } from '../words/words';
import { CallLog } from './CallLog';
import { KeyList } from './KeyList';
import { LiveMark } from './LiveMark';
import { PaletteLayer, PaletteOpener } from './palette/PaletteLayer';
import { PasswordDialog } from './PasswordDialog';
import { useConsole, useMay } from './SessionContext';
import { shortcutsOn, switchShortcuts, useShortcuts } from './shortcuts';
import { chooseTheme, useTheme, type Theme } from './theme';

const kNextTheme: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const kThemeIcon = { system: Monitor, light: Sun, dark: Moon };

export function TopBar(props: { onLanguage: (language: Language) => void; onLoggedOut: () => void }) {
  const words = useWords(shellWords);
  const language = useLanguage();
  const theme = useTheme();
  const { session, region, chooseRegion } = useConsole();
  const [keys, setKeys] = useState(false);
  const [calls, setCalls] = useState(false);
  const ThemeIcon = kThemeIcon[theme];
  const [palette, setPalette] = useState(false);
  const client = useQueryClient();
  useShortcuts({
    showKeys: () => setKeys(true),
    showCalls: () => setCalls(true),
    showPalette: () => setPalette(true),
    refresh: () => void client.invalidateQueries(),
  });

  return (
    <header className="top-bar">
      <Link to="/" className="brand" aria-label="Sesame">
        <svg width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
          <path
            fill="currentColor"
            d="M12 1.5c4.2 4.6 7 8.2 7 12.6a7 7 0 0 1-14 0c0-4.4 2.8-8 7-12.6Zm-1 6.5v9h2V8z"
          />
        </svg>
        <span>Sesame</span>
      </Link>
      <label className="region">
        <MapPin size={16} aria-hidden />
        <span className="visually-hidden">{words.region}</span>
        <select value={region} onChange={(event) => chooseRegion(event.target.value)}>
          {session.regions.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <span className="account" title={words.account(session.account)}>
        {session.account_name || session.account}
      </span>
      {session.mode === 'sandbox' ? (
        <span className="mode mode-sandbox">
          {words.sandbox}
          <span className="mode-more"> {words.sandboxMore}</span>
        </span>
      ) : (
        <span className="mode mode-live" title={words.liveTitle}>
          {words.live}
        </span>
      )}
      <PaletteOpener onOpen={() => setPalette(true)} />
      <span className="top-space" />
      <LiveMark />
      <IconButton label={words.calls} onClick={() => setCalls(true)}>
        <Braces size={18} />
      </IconButton>
      <IconButton label={words.keys} onClick={() => setKeys(true)}>
        <Keyboard size={18} />
      </IconButton>
      <IconButton label={words.language} onClick={() => props.onLanguage(language === 'en' ? 'zh-CN' : 'en')}>
        <Languages size={18} />
      </IconButton>
      <IconButton label={words.theme[theme]} onClick={() => chooseTheme(kNextTheme[theme])}>
        <ThemeIcon size={18} />
      </IconButton>
      <UserMenu onLanguage={props.onLanguage} onLoggedOut={props.onLoggedOut} />
      {calls && <CallLog onClose={() => setCalls(false)} />}
      {keys && <KeyList onClose={() => setKeys(false)} />}
      {palette && <PaletteLayer onClose={() => setPalette(false)} onKeys={() => setKeys(true)} />}
    </header>
  );
}

function UserMenu({
  onLanguage,
  onLoggedOut,
}: {
  onLanguage: (language: Language) => void;
  onLoggedOut: () => void;
}) {
  const words = useWords(shellWords);
  const language = useLanguage();
  const theme = useTheme();
  const may = useMay();
  const [changing, setChanging] = useState(false);
  const navigate = useNavigate();
  const { session } = useConsole();
  const [open, setOpen] = useState(false);
  const [keys, setKeys] = useState(shortcutsOn);
  const frame = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !frame.current?.contains(event.target as Node)) {
        setOpen(false);
        if (event instanceof KeyboardEvent) frame.current?.querySelector('button')?.focus();
      }
    };
    document.addEventListener('keydown', close);
    document.addEventListener('pointerdown', close);
    return () => {
      document.removeEventListener('keydown', close);
      document.removeEventListener('pointerdown', close);
    };
  }, [open]);

  const leave = async () => {
    try {
      await logOut();
    } finally {
      onLoggedOut();
    }
  };

  return (
    <div className="user-menu" ref={frame}>
      <button
        type="button"
        className="user"
        aria-expanded={open}
        aria-label={words.user(session.user, session.role)}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">{session.user.slice(0, 2).toUpperCase()}</span>
      </button>
      {open && (
        <div className="menu">
          <p className="menu-title">{words.signedInAs(session.user)}</p>
          <p className="small grey">{words.role(session.role)}</p>
          <p className="small grey">{words.version(session.version)}</p>
          <label className="check-field">
            <input
              type="checkbox"
              checked={keys}
              onChange={(event) => {
                switchShortcuts(event.target.checked);
                setKeys(event.target.checked);
              }}
            />
            <span>{words.shortcuts}</span>
          </label>
          <Button
            small
            onClick={() => {
              setOpen(false);
              navigate('/start');
            }}
          >
            {words.startPage}
          </Button>
          <span className="narrow-only">
            <Button small onClick={() => onLanguage(language === 'en' ? 'zh-CN' : 'en')}>
              {words.language}
            </Button>
            <Button small onClick={() => chooseTheme(kNextTheme[theme])}>
              {words.theme[theme]}
            </Button>
          </span>
          {may('PutUser') && (
            <Button
              small
              onClick={() => {
                setOpen(false);
                setChanging(true);
              }}
            >
              {words.changePassword}
            </Button>
          )}
          <Button small onClick={leave}>
            {words.logOut}
          </Button>
        </div>
      )}
      {changing && <PasswordDialog onClose={() => setChanging(false)} />}
    </div>
  );
}
