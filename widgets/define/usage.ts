import { ProvisionUsage } from '../usage/provision-usage.ts'

if (!customElements.get('provision-usage')) {
  customElements.define('provision-usage', ProvisionUsage)
}
