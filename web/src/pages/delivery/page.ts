import { definePage } from '../../shell/pages';

export default definePage({ name: 'delivery', load: () => import('./Delivery') });
