/** The only way this project learns the time: milliseconds since the epoch. Handed in, so that tests can freeze it. */
export interface Clock {
  now(): number
}

/** Local time of this machine. */
export const systemClock: Clock = { now: () => Date.now() }
