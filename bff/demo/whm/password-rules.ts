import type { Refusal } from './function.ts'
import { refused } from './outcome.ts'

const SHORTEST = 5
const COMMON = ['password', 'passwort', 'qwerty', 'letmein', 'welcome', 'secret', 'admin', '123456']

/** How hard a password is to guess, 0–100. The scale is this server's own; a real one counts otherwise. */
export function strength(password: string): number {
  const plain = COMMON.reduce((left, word) => left.replace(new RegExp(word, 'gi'), ''), password)
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]
  const sizes = [26, 26, 10, 33]
  const alphabet = kinds.reduce(
    (sum, kind, at) => sum + (kind.test(plain) ? (sizes[at] ?? 0) : 0),
    0,
  )
  if (alphabet === 0) return 0
  const different = new Set(plain).size
  const length = Math.min(plain.length, different * 2)
  return Math.min(100, Math.round(length * Math.log2(alphabet) * 1.25))
}

/** Why a password is not taken, or `undefined`. */
export function passwordProblem(
  user: string,
  password: string,
  least: number,
): Refusal | undefined {
  if (password.length < SHORTEST) {
    return refused(`Sorry, passwords must be at least ${SHORTEST} characters long.`)
  }
  if (password.toLowerCase().includes(user.toLowerCase())) {
    return refused('Sorry, the password may not contain the username for security reasons.')
  }
  if (strength(password) < least) {
    return refused(
      `Sorry, the password you selected cannot be used because it is too weak and would be too easy to guess. Please select a password with strength rating of ${least} or higher.`,
    )
  }
  return undefined
}
