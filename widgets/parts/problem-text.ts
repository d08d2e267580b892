import type { Localize } from '../locales/localize.ts'
import type { ProvisionProblem } from '../session/problem.ts'

/** A problem as a sentence: the BFF's own, else the element's for what it found itself. */
export function problemText(localize: Localize, { text, code }: ProvisionProblem): string {
  if (text) return text
  switch (code) {
    case 'offline':
    case 'expired':
    case 'forbidden':
    case 'incompatible':
      return localize.text(`state_${code}`)
    case 'bff_missing':
    case 'token_missing':
    case 'host_session_ended':
      return localize.text(`problem_${code}`)
    default:
      return localize.text('state_failed')
  }
}
