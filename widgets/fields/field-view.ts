import { html, nothing, type TemplateResult } from 'lit'
import type { Field } from '../../bff/contract/resources.ts'
import { fieldsWords } from '../locales/fields-words.ts'
import type { Localize } from '../locales/localize.ts'
import { copyButton } from '../parts/copy-button.ts'
import { problemNote } from '../parts/problem-note.ts'
import { type Draft, faultOf, valueText } from './fields.machine.ts'

/** Characters a value may have at most; the BFF may allow fewer. */
const LONGEST = 1000

export interface FieldHandlers {
  readonly edit: () => void
  readonly cancel: () => void
  readonly save: (typed: string) => void
}

export interface FieldSurroundings {
  readonly localize: Localize
  readonly draft: Draft | undefined
  readonly canEdit: boolean
  /** What the action is called that changes the field, if this person may do it. */
  readonly changedWith: string | undefined
  readonly handlers: FieldHandlers
}

/** One field: what it is called, its value or the form that changes it, who says so and since when. */
export function fieldView(field: Field, around: FieldSurroundings): TemplateResult {
  const { localize, draft, changedWith } = around
  return html`<div part="field" class="field" data-field=${field.name}>
    <dt>${field.label}</dt>
    <dd>
      ${draft === undefined ? valueView(field, around) : draftView(field, draft, around)}
      ${
        field.value === null
          ? nothing
          : html`<p part="source" class="muted">
              ${
                field.as_of === null
                  ? field.source_label
                  : localize.say(fieldsWords, 'source_at', {
                      source: field.source_label,
                      time: localize.date(field.as_of),
                    })
              }
            </p>`
      }
      ${
        changedWith === undefined
          ? nothing
          : html`<p part="pointer" class="muted">
              ${localize.say(fieldsWords, 'changed_with', { name: changedWith })}
            </p>`
      }
    </dd>
  </div>`
}

function valueView(field: Field, { localize, canEdit, handlers }: FieldSurroundings) {
  const { label, value } = field
  return html`<div class="row">
    <div part="value" class="value">
      ${
        value === null || value.length === 0
          ? html`<span class="muted">${localize.say(fieldsWords, 'not_set')}</span>`
          : typeof value === 'string'
            ? html`<bdi>${value}</bdi>`
            : html`<ul>${value.map((item) => html`<li><bdi>${item}</bdi></li>`)}</ul>`
      }
    </div>
    ${value === null || value.length === 0 ? nothing : copyButton(localize, label, valueText(field))}
    ${
      canEdit
        ? html`<button
            type="button"
            part="edit"
            aria-label=${localize.say(fieldsWords, 'edit_name', { name: label })}
            @click=${handlers.edit}
          >${localize.say(fieldsWords, 'edit')}</button>`
        : nothing
    }
  </div>`
}

function draftView(
  { name, label }: Field,
  { typed, saving, problem }: Draft,
  { localize, handlers }: FieldSurroundings,
): TemplateResult {
  const fault = faultOf(name, problem)
  const describedBy = problem === undefined ? nothing : `fault-${name}`
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    const typedNow = new FormData(event.currentTarget).get('value')
    if (!saving && typeof typedNow === 'string') handlers.save(typedNow)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || saving) return
    // Else a dialog of the page around this would close.
    event.preventDefault()
    event.stopPropagation()
    handlers.cancel()
  }
  const invalid = fault === undefined ? nothing : 'true'
  return html`<form class="row" method="dialog" novalidate @submit=${submit} @keydown=${onKey}>
    ${
      typed.includes('\n')
        ? html`<textarea
            name="value"
            dir="auto"
            rows="3"
            maxlength=${LONGEST}
            aria-label=${label}
            aria-invalid=${invalid}
            aria-describedby=${describedBy}
            ?readonly=${saving}
            .value=${typed}
          ></textarea>`
        : html`<input
            name="value"
            dir="auto"
            autocomplete="off"
            maxlength=${LONGEST}
            aria-label=${label}
            aria-invalid=${invalid}
            aria-describedby=${describedBy}
            ?readonly=${saving}
            .value=${typed}
          />`
    }
    <button aria-disabled=${saving ? 'true' : nothing}>
      ${localize.say(fieldsWords, saving ? 'saving' : 'save')}
    </button>
    <button type="button" aria-disabled=${saving ? 'true' : nothing} @click=${handlers.cancel}>
      ${localize.text('cancel')}
    </button>
    <div class="whole" id="fault-${name}">
      ${fault === undefined ? problemNote(localize, problem) : html`<p class="fault">${fault}</p>`}
    </div>
  </form>`
}
