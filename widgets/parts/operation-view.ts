import { html, nothing, type TemplateResult } from 'lit'
import type { Operation } from '../../bff/contract/operation.ts'
import type { Localize } from '../locales/localize.ts'
import { shownValues } from './shown-values.ts'

export interface OperationExtras {
  /** What this page alone knows: secrets that were sent, until dismissed. */
  readonly kept: TemplateResult | typeof nothing
  readonly buttons: TemplateResult | typeof nothing
}

/** How an operation stands: in words, by progress and steps, with warnings, values and what can be done. */
export function operationView(
  localize: Localize,
  operation: Operation,
  { kept, buttons }: OperationExtras,
): TemplateResult {
  const { state, label, by, progress, steps, waiting, warnings, error, result, due_at } = operation
  const runs = state === 'queued' || state === 'running' || state === 'checking'
  return html`<section
    part="operation"
    class="operation"
    data-state=${state}
    tabindex="-1"
    role="group"
    aria-labelledby="operation-${operation.id}"
  >
    <p id="operation-${operation.id}">
      <strong>${label}</strong> – <span class="word">${localize.text(`operation_${state}`)}</span>
    </p>
    ${
      runs && progress.total > 0
        ? html`<progress
            max=${progress.total}
            .value=${progress.done}
            aria-label=${localize.text('progress', progress)}
          ></progress>`
        : nothing
    }
    ${waiting === undefined ? nothing : html`<p>${waiting.text}${until(localize, waiting)}</p>`}
    ${error === undefined ? nothing : html`<p class="fault">${error.text}</p>`}
    ${
      warnings.length === 0
        ? nothing
        : html`<div part="warnings" class="warnings">
            <strong>${localize.text('warnings', { count: warnings.length })}</strong>
            <ul>${warnings.map(({ text }) => html`<li>${text}</li>`)}</ul>
          </div>`
    }
    ${result === undefined ? nothing : shownValues(localize, result.show)} ${kept}
    ${runs && waiting === undefined ? html`<p class="muted">${localize.text('may_close')}</p>` : nothing}
    <p class="muted">
      ${localize.text('by_at', {
        name: by.act === undefined ? by.label : `${by.act} (${by.label})`,
        time: localize.date(operation.created_at),
      })}
      ${due_at === undefined ? nothing : localize.text('due_at', { time: localize.date(due_at) })}
    </p>
    ${
      steps.length === 0
        ? nothing
        : html`<details>
            <summary>${localize.text('progress', progress)}</summary>
            <ol>
              ${steps.map(
                (step) => html`<li>
                  ${step.label}${step.account === '' ? nothing : html` (<bdi>${step.account}</bdi>)`}:
                  ${localize.text(`step_${step.state}`)}
                </li>`,
              )}
            </ol>
          </details>`
    }
    ${buttons}
  </section>`
}

/** The moment a waiting ends, unless its sentence names one. */
function until(localize: Localize, waiting: NonNullable<Operation['waiting']>): string {
  if (waiting.until === null || 'until' in waiting.params) return ''
  return ` ${localize.text('until', { time: localize.date(waiting.until) })}`
}
