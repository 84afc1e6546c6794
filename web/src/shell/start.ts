import { lazy } from 'react';

/** The first steps are no entry of the navigation: the user menu and the overview lead there. */
export const StartPage = lazy(() => import('../start/Start'));
