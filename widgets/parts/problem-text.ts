import type { Localize } from '../locales/localize.ts'
import type { ProvisionProblem } from '../session/problem.ts'

/**
 * A problem as a sentence: the BFF's own, else the element's for what it found itself.
 *
 * @param state what it means for the whole element, where that is known
 */
export function problemText(
  localize: Localize,
  { text, code }: ProvisionProblem,
  state = code,
): string {
  if (text) return text
  switch (code) {
    case 'bff_missing':
    case 'token_missing':
    case 'host_session_ended':
      return localize.text(`problem_${code}`)
  }
  switch (state) {
    case 'offline':
    case 'expired':
    case 'forbidden':
    case 'incompatible':
      return localize.text(`state_${state}`)
    default:
      return localize.text('state_failed')
  }
}
