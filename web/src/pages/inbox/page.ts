import { definePage } from '../../shell/pages';

export default definePage({ name: 'inbox', load: () => import('./Inbox') });
