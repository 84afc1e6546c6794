import { definePage } from '../../shell/pages';

export default definePage({ name: 'overview', load: () => import('./Overview') });
