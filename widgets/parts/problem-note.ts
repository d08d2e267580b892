import { html, nothing, type TemplateResult } from 'lit'
import type { Localize } from '../locales/localize.ts'
import type { ProvisionProblem } from '../session/problem.ts'
import { problemText } from './problem-text.ts'

/** Why something could not be read or done, beside what stays in view; nothing without a problem. */
export function problemNote(
  localize: Localize,
  problem: ProvisionProblem | undefined,
): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing
  const { requestId } = problem
  return html`<p class="fault" part="fault">${problemText(localize, problem)}</p>
    ${
      requestId === undefined
        ? nothing
        : html`<p class="muted">${localize.text('request_id', { id: requestId })}</p>`
    }`
}
