import { definePage } from '../../shell/pages';

export default definePage({ name: 'messages', load: () => import('./Messages') });
