/** `--wait` alone is true, `--wait 20` a number. */
export type Wait = boolean | number

const DEFAULT_SECONDS = 10

/** How long to wait, in seconds; 0 = not at all. */
export const secondsOf = (wait: Wait | undefined): number =>
  wait === undefined || wait === false ? 0 : wait === true ? DEFAULT_SECONDS : wait
