import { randomInt } from 'node:crypto'

// Without letters and digits that look alike, and without anything a shell, a URL or an HTML page would read.
const CLASSES = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '_-+=.,@%^']
const ALL = CLASSES.join('')

function pick(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length))
}

/**
 * A password for an account whose creator typed none; nobody ever sees it.
 *
 * @param length characters, 16–128; 32 by default (about 190 bits). Holds lower, upper, digit and sign.
 * @throws RangeError for any other length
 */
export function randomPassword(length = 32): string {
  if (!Number.isInteger(length) || length < 16 || length > 128)
    throw new RangeError('a random password has 16 to 128 characters')
  const characters = CLASSES.map(pick)
  while (characters.length < length) characters.push(pick(ALL))
  // The guaranteed ones must not always stand in front.
  for (let i = characters.length - 1; i > 0; i--) {
    const j = randomInt(i + 1)
    const moved = characters[i] ?? ''
    characters[i] = characters[j] ?? ''
    characters[j] = moved
  }
  return characters.join('')
}
