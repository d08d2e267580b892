/** 64 signs, so that six random bits pick one without bias; none that looks like another. */
const SIGNS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%+-=?'
const KINDS = [/[a-z]/, /[A-Z]/, /[2-9]/, /[!#%+\-=?]/]

/**
 * Makes a password with letters of both cases, digits and other signs.
 *
 * @param fill puts random bytes into the array, as `crypto.getRandomValues`
 * @param length at least 4
 */
export function makePassword(
  fill: (bytes: Uint8Array<ArrayBuffer>) => unknown,
  length: number,
): string {
  for (;;) {
    const bytes = new Uint8Array(length)
    fill(bytes)
    const password = Array.from(bytes, (byte) => SIGNS[byte & 63]).join('')
    if (KINDS.every((kind) => kind.test(password))) return password
  }
}

/**
 * How long a password is made: 20 signs (about 120 bits), more where the server asks for nearly everything.
 *
 * @param strength least strength the server accepts, 0 to 100
 * @param longest what the field takes
 */
export function passwordLength(strength: number, longest: number | undefined): number {
  return Math.max(4, Math.min(strength > 80 ? 28 : 20, longest ?? Number.POSITIVE_INFINITY))
}
