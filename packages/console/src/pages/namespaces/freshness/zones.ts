/** Every time zone that the browser knows, and UTC, which its list leaves out. */
export const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** Zones that a list shows at a time. */
export const shownZones = 60;
