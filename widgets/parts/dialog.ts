import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit'

export interface DialogContent {
  /** Another key is another step: focus goes to its beginning. */
  readonly key: string
  readonly heading: string
  readonly content: TemplateResult
  /** Asks for a decision that matters. */
  readonly alert?: boolean
  /** Told to those who cannot see it. */
  readonly said?: string
}

/**
 * One modal `<dialog>`, which is always in the page and opened when there is content. Escape means cancel. Focus begins
 * at `[data-focus]`, else at the heading, and returns to where it came from.
 */
export class ModalDialog implements ReactiveController {
  readonly #host: LitElement
  readonly #cancel: () => void
  #content: DialogContent | undefined
  #shown: string | undefined

  /** @param cancel what Escape does; content that stays after it keeps the dialog open */
  constructor(host: LitElement, cancel: () => void) {
    this.#host = host
    this.#cancel = cancel
    host.addController(this)
  }

  render(content: DialogContent | undefined): TemplateResult {
    this.#content = content
    return html`<dialog
      part="dialog"
      role=${content?.alert ? 'alertdialog' : nothing}
      aria-labelledby="dialog-heading"
      @cancel=${this.#onCancel}
      @close=${this.#onClose}
    >
      <h2 id="dialog-heading" part="dialog-heading" tabindex="-1">${content?.heading}</h2>
      ${content?.content}
      <p class="visually-hidden" role="status">${content?.said}</p>
    </dialog>`
  }

  hostUpdated(): void {
    const dialog = this.#element
    if (dialog === null) return
    const { key } = this.#content ?? {}
    if (key === undefined) {
      this.#shown = undefined
      if (dialog.open) dialog.close()
      return
    }
    if (!dialog.open) dialog.showModal()
    if (key === this.#shown) return
    this.#shown = key
    const first = dialog.querySelector<HTMLElement>('[data-focus]')
    const target = first ?? dialog.querySelector<HTMLElement>('#dialog-heading')
    target?.focus()
    dialog.scrollTop = 0
  }

  get #element(): HTMLDialogElement | null {
    return this.#host.renderRoot.querySelector('dialog[part="dialog"]')
  }

  readonly #onCancel = (event: Event): void => {
    event.preventDefault()
    this.#cancel()
  }

  /** A browser may close a dialog against our will, on a second Escape: it comes back if it still has something to say. */
  readonly #onClose = (): void => {
    // The event comes late: what was closed from here may have been opened again.
    if (this.#content === undefined || this.#element?.open === true) return
    this.#shown = undefined
    this.#cancel()
    this.#host.requestUpdate()
  }
}
