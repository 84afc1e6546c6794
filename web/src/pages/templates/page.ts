import { definePage } from '../../shell/pages';

export default definePage({ name: 'templates', load: () => import('./Templates') });
