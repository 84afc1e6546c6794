import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState, Suspense, lazy } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router-dom';

import { ApiError, surroundings } from '../api/call';
import { chooseRegion as keepRegion, readSession, type Session } from '../api/session';
import { Empty, LinkButton, Page, Skeleton, ToastProvider } from '../parts';
import { shellWords } from '../words/shell';
import { useWords, type Language } from '../words/words';
import { useEventStream } from '../live/useLive';
import { ChaosBanner } from './ChaosBanner';
import { Navigation } from './Navigation';
import { PageGuard } from './PageGuard';
import { kPages, pagesFor } from './pages';
import { ConsoleContext, useConsole } from './SessionContext';
import { StepUp } from './StepUpDialog';
import { OfflineBanner } from './OfflineBanner';
import { TopBar } from './TopBar';
import { StartPage } from './start';

// Not in the navigation: a call is reached from what it did, from its error, or by its RequestId.
const Calls = lazy(() => import('../pages/calls/Calls'));

const kFreshMs = 5_000;
const kRepeats = 1;

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: kFreshMs,
        // What the API refused it would refuse again.
        retry: (count, error) => !(error instanceof ApiError && error.requestId) && count < kRepeats,
        refetchOnWindowFocus: true,
      },
    },
  });
}

interface Props {
  session: Session;
  onLanguage: (language: Language) => void;
  onLoggedOut: () => void;
}

export default function Shell(props: Props) {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      <BrowserRouter basename="/console">
        <ToastProvider>
          <Frame {...props} />
        </ToastProvider>
      </BrowserRouter>
    </QueryClientProvider>
  );
}

function Frame({ session: first, onLanguage, onLoggedOut }: Props) {
  const [session, setSession] = useState(first);
  const words = useWords(shellWords);
  const client = useQueryClient();
  const [region, setRegion] = useState(surroundings.region);
  useEventStream(session.csrf);

  const chooseRegion = useCallback(
    (next: string) => {
      keepRegion(next);
      setRegion(next);
      void client.invalidateQueries();
    },
    [client],
  );
  const refreshSession = useCallback(async () => {
    const now = await readSession();
    if (!('setup' in now) || !now.setup) setSession((before) => ({ ...before, ...now }));
  }, []);
  const value = useMemo(
    () => ({ session, refreshSession, region, chooseRegion }),
    [session, refreshSession, region, chooseRegion],
  );

  return (
    <ConsoleContext.Provider value={value}>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <TopBar onLanguage={onLanguage} onLoggedOut={onLoggedOut} />
      <Navigation />
      <main id="content" className="content" tabIndex={-1}>
        <OfflineBanner />
        <ChaosBanner />
        <Content />
      </main>
      <StepUp />
    </ConsoleContext.Provider>
  );
}

function Content() {
  const location = useLocation();
  const { region, session } = useConsole();
  const first = `/${pagesFor(session)[0]?.name ?? 'start'}`;
  const page = location.pathname.split('/')[1] ?? '';
  // The router reads a backslash as a slash, so that the part behind it would be taken for a host. No page has one in its address.
  if (/%5c|\\/i.test(location.pathname)) return <NotFound />;
  return (
    <PageGuard key={`${page} ${region}`}>
      <Suspense
        fallback={
          <div className="page">
            <Skeleton rows={8} />
          </div>
        }
      >
        <Routes>
          <Route path="/" element={<Navigate to={first} replace />} />
          <Route path="/start" element={<StartPage />} />
          {kPages.map((shown) => (
            <Route key={shown.name} path={`/${shown.name}/*`} element={<shown.component />} />
          ))}
          <Route path="/calls/*" element={<Calls />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </PageGuard>
  );
}

function NotFound() {
  const words = useWords(shellWords);
  return (
    <Page title={words.notFound}>
      <Empty title={words.notFoundText} action={<LinkButton to="/">{words.toStart}</LinkButton>} />
    </Page>
  );
}
