import { definePage } from '../../shell/pages';

export default definePage({ name: 'statistics', load: () => import('./Statistics') });
