// Addresses, peering, and what still uses a network.
import type { Known } from './known.ts'

export const network: Known[] = [
  {
    id: 'peering-overlap',
    when: /VpcPeeringConnection failed to stabilize|overlapping CIDR/i,
    seen: 'repost.aws/knowledge-center/cloudformation-vpc-peering-error',
    next: 'The two networks cannot be joined, most often because their ranges overlap. Give the regions different ranges with --parameter; AWS names its own reason here: aws ec2 describe-vpc-peering-connections --region {region}',
  },
  {
    id: 'addresses',
    when: /maximum number of addresses has been reached|AddressLimitExceeded/,
    seen: 'radius-project/samples#711, aws/aws-parallelcluster#1734',
    next: 'All Elastic IPs that the account may have in {region} are used: quota L-0263D0A3, 5 unless it was raised. Release unused ones (aws ec2 describe-addresses --region {region}), or ask for more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 20 --region {region}',
  },
  {
    id: 'vpcs',
    when: /maximum number of VPCs has been reached|VpcLimitExceeded/,
    seen: 'awslabs/landing-zone-accelerator-on-aws#241',
    next: 'All VPCs that the account may have in {region} are used: quota L-F678F1CE, 5 unless it was raised, and the default VPC is one of them. Destroy an environment that nobody needs (dr status lists them), or ask for more: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 20 --region {region}',
  },
  {
    id: 'zone-not-supported',
    when: /availability zone Lambda doesn't support|for parameter availabilityZone is invalid|does not support the availability zone of the subnet/i,
    seen: 'keboola/developer-portal#81, widdix/aws-cf-templates#36, awslabs/aws-orbit-workbench#320',
    next: '{resource} cannot use a zone of its network in {region}. Subnets cannot move, so run dr destroy and deploy again with three other zones out of aws ec2 describe-availability-zones --region {region}: --parameter foundation.PrimaryZones=… (foundation.FailoverZones for the other region, data.Zones in a system of one region).',
  },
  {
    id: 'group-in-use',
    when: /resource\s+(?<group>sg-\w+) has a dependent object/,
    seen: 'binxio/cfn-postgresql-user-provider#9, aws-cloudformation/rain#459',
    next: 'Something still uses {group}, most often the network interface of a function, which lives on for up to 45 minutes. See what: aws ec2 describe-network-interfaces --filters Name=group-id,Values={group} --region {region}',
  },
  {
    id: 'network-in-use',
    when: /has a dependent object|has dependencies and cannot be deleted|DependencyViolation/,
    seen: 'hashicorp/terraform-provider-aws#1671',
    next: 'Something that no stack here made still uses {resource}. See what: aws ec2 describe-network-interfaces --region {region}',
  },
]
