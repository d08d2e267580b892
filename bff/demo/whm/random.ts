import { randomInt } from 'node:crypto'
import type { World } from './world.ts'

const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** The next number of a seeded row, 0 up to but not 1; the same seed gives the same row. */
export function draw(random: World['random']): number {
  random.drawn += 1
  let mixed = (random.seed + Math.imul(random.drawn, 0x6d2b79f5)) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}

/** Six lower-case letters and digits, other ones each time, as they stand in the server's log. */
export function transactionId(random: World['random']): string {
  return Array.from({ length: 6 }, () =>
    LETTERS_AND_DIGITS.charAt(Math.floor(draw(random) * LETTERS_AND_DIGITS.length)),
  ).join('')
}

/** An unguessable string of `length` characters from `alphabet`. */
export function secret(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}
