import { ProvisionActions } from '../actions/provision-actions.ts'

if (!customElements.get('provision-actions')) {
  customElements.define('provision-actions', ProvisionActions)
}
