// RDS and Aurora.
import type { Known } from './known.ts'

export const database: Known[] = [
  {
    id: 'subnet-group-zones',
    when: /doesn't meet (?:the )?availability zone(?: \(AZ\))? coverage requirement/i,
    seen: 'aws-cloudformation/aws-cloudformation-resource-providers-rds#189',
    next: 'The subnets of {resource} lie in too few zones of {region}. Give it subnets in two zones; a Multi-AZ cluster needs three.',
  },
  {
    id: 'aurora-primary-with-members',
    when: /primary member of global cluster while there are other/i,
    seen: 'gruntwork-io/cloud-nuke#597, hashicorp/terraform-provider-aws#26236',
    next: 'The cluster in the other region is still a member and must go first. After a failover the roles are swapped: take the other one out (aws rds remove-from-global-cluster), which makes it a cluster of its own.',
  },
  {
    id: 'aurora-last-instance',
    when: /Cannot delete the last instance of the master cluster/i,
    seen: 'rebuy-de/aws-nuke#570',
    next: 'The replica cluster in the other region must be deleted first. Destroy goes in that order by itself; after a failover the roles are swapped.',
  },
  {
    id: 'aurora-member',
    when: /cluster is a part of a global cluster, please remove it/i,
    seen: 'hashicorp/terraform-provider-aws#8186',
    next: 'The cluster is still leaving its global cluster, which takes about ten minutes. Run the same command again then; if it stays so: aws rds remove-from-global-cluster',
  },
  {
    id: 'global-cluster-not-empty',
    when: /Global Cluster (?:\S*global-cluster:)?(?<cluster>\S+) is not empty/i,
    seen: 'hashicorp/terraform-provider-aws: internal/service/rds/global_cluster.go',
    next: 'The global cluster {cluster} still has members; AWS removes them from it minutes after their deletion. List them: aws rds describe-global-clusters --global-cluster-identifier {cluster} --region {region}',
  },
  {
    id: 'instance-class',
    when: /does not support creating a DB instance with the following combination: DBInstanceClass=(?<class>[\w.]+), Engine=(?<engine>[\w-]+), EngineVersion=(?<version>[\w.]+)/,
    seen: 'aws-cloudformation/cfn-lint#4048',
    next: '{class} is not offered for {engine} {version} in {region}. Choose one with --parameter out of: aws rds describe-orderable-db-instance-options --engine {engine} --engine-version {version} --region {region}',
  },
  {
    id: 'engine-version',
    when: /Cannot find version (?<version>[\w.-]+) for (?<engine>[\w-]+)/,
    seen: 'widdix/mastodon-on-aws#44, hashicorp/terraform-provider-aws#21448',
    next: 'RDS makes nothing new with {engine} {version}: it withdraws a minor version about a year after it came. Choose another one with --parameter {stage}.EngineVersion=… out of: aws rds describe-db-engine-versions --engine {engine} --region {region}',
  },
  {
    id: 'database-password',
    when: /MasterUserPassword is not a valid password/i,
    seen: 'crossplane/crossplane#88, alphagov/govuk-infrastructure#1270',
    next: 'RDS takes passwords of 8 to 41 printable characters without / @ " and spaces. Put another one into the secret that {resource} reads, under the key password.',
  },
  {
    id: 'database-user',
    when: /MasterUsername (?<user>\S+) cannot be used/i,
    seen: 'aws/aws-cdk#5076, DataShades/ckan-aws-templates#6',
    next: 'The engine keeps the name {user} for itself. Put another one into the secret that {resource} reads, under the key username.',
  },
  {
    id: 'database-identifier',
    when: /The parameter (?<parameter>\w+) is not a valid identifier/i,
    seen: 'anomalyco/sst#1702, aws-quickstart/quickstart-amazon-redshift#12',
    next: 'A name of {resource} has two hyphens in a row, one at its end, or too many characters. Choose another suffix than {suffix}, or correct {parameter} in the template.',
  },
  {
    id: 'cluster-has-instances',
    when: /Cluster cannot be deleted, it still contains DB instances/i,
    seen: 'aws-controllers-k8s/community#1151',
    next: 'The cluster of {resource} still contains an instance: it was added outside this stack, or could not be deleted. Delete it (aws rds delete-db-instance --region {region}).',
  },
  {
    id: 'follower-credentials',
    when: /Cannot specify (?<what>user name|password|database name) for cross region replication cluster/i,
    seen: 'pulumi/pulumi#15818, terraform-aws-modules/terraform-aws-rds-aurora#232',
    next: 'A cluster that follows another region takes users and databases from there. Take the {what} of {resource} out of the template for {region}.',
  },
]
