// Caches, file systems and backups.
import type { Known } from './known.ts'

export const storage: Known[] = [
  {
    id: 'vault-not-empty',
    when: /Backup vault cannot be deleted because it contains recovery points/i,
    seen: 'aws/aws-cdk#33711, go-to-k/delstack#370',
    next: 'A copy or job has put recovery points into the vault of {resource} while it was being emptied. Run the same command again; if it stays so, see them: aws backup list-recovery-points-by-backup-vault --backup-vault-name NAME --region {region}',
  },
  {
    id: 'mount-targets-left',
    when: /file system '(?<files>[\w-]+)' cannot be deleted because it has mount targets/i,
    seen: 'rebuy-de/aws-nuke#1203',
    next: 'A mount target of {files} does not belong to this stack. Delete it: aws efs describe-mount-targets --file-system-id {files} --region {region}, then aws efs delete-mount-target',
  },
  {
    id: 'mount-target-zone',
    when: /mount target already exists in this AZ/i,
    seen: 'hashicorp/terraform-provider-aws#2525, kubernetes-retired/kube-aws#208',
    next: 'A file system has one mount target per zone, and two subnets given to {resource} lie in the same one. Give it subnets in different zones of {region}.',
  },
  {
    id: 'cache-default-user',
    when: /User group needs to contain a user with the user name default/i,
    seen: 'hashicorp/terraform-provider-aws#25593',
    next: 'The users of {resource} must include one named default, which may be switched off. Add it in the template.',
  },
]
