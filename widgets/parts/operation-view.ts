import { html, nothing, type TemplateResult } from 'lit'
import type { Operation } from '../../bff/contract/operation.ts'
import { actionsWords } from '../locales/actions-words.ts'
import type { Localize } from '../locales/localize.ts'

/**
 * How an operation stands: in words, by progress and steps, with warnings.
 *
 * @param more what came of it and what can be done
 */
export function operationView(
  localize: Localize,
  operation: Operation,
  more: TemplateResult | typeof nothing,
): TemplateResult {
  const { state, label, by, progress, steps, waiting, warnings, error, due_at } = operation
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
      <strong>${label}</strong> – <span class="word">${localize.say(actionsWords, `operation_${state}`)}</span>
    </p>
    ${
      runs && progress.total > 0
        ? html`<progress
            max=${progress.total}
            .value=${progress.done}
            aria-label=${localize.say(actionsWords, 'progress', progress)}
          ></progress>`
        : nothing
    }
    ${waiting === undefined ? nothing : html`<p>${waiting.text}${until(localize, waiting)}</p>`}
    ${error === undefined ? nothing : html`<p class="fault">${error.text}</p>`}
    ${
      warnings.length === 0
        ? nothing
        : html`<div part="warnings" class="warnings">
            <strong>${localize.say(actionsWords, 'warnings', { count: warnings.length })}</strong>
            <ul>${warnings.map(({ text }) => html`<li>${text}</li>`)}</ul>
          </div>`
    }
    ${runs && waiting === undefined ? html`<p class="muted">${localize.say(actionsWords, 'may_close')}</p>` : nothing}
    <p class="muted">
      ${localize.say(actionsWords, by.label === '' ? 'begun_at' : 'by_at', {
        name: by.act === undefined ? by.label : `${by.act} (${by.label})`,
        time: localize.date(operation.created_at),
      })}
      ${due_at === undefined ? nothing : localize.say(actionsWords, 'due_at', { time: localize.date(due_at) })}
    </p>
    ${
      steps.length === 0
        ? nothing
        : html`<details>
            <summary>${localize.say(actionsWords, 'progress', progress)}</summary>
            <ol>
              ${steps.map(
                (step) => html`<li>
                  ${step.label}${step.account === '' ? nothing : html` (<bdi>${step.account}</bdi>)`}:
                  ${localize.say(actionsWords, `step_${step.state}`)}
                </li>`,
              )}
            </ol>
          </details>`
    }
    ${more}
  </section>`
}

/** The moment a waiting ends, unless its sentence names one. */
function until(localize: Localize, waiting: NonNullable<Operation['waiting']>): string {
  if (waiting.until === null || 'until' in waiting.params) return ''
  return ` ${localize.say(actionsWords, 'until', { time: localize.date(waiting.until) })}`
}
