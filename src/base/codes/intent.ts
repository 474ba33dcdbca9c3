/** Codes NQ4xxx: intents (40xx to 42xx), the command line and its files (44xx), configuration (45xx). */
export const INTENT_CODES = {
  NQ4001: {
    title: "an intent is refuted",
    explanation:
      "The manifests let something happen that the intent forbids, or prevent what it asks for. The report shows a packet for it, what the packet meets on its way, and the lines that decide. Change those lines, or the intent if it no longer says what you want.",
  },
  NQ4010: {
    title: "malformed intent file",
    explanation:
      "The file is not what an intent file looks like: `version: 1`, optionally `define`, and a list of `properties`, each with an `id` and one claim. `netqed schema` prints the JSON Schema, which editors can use.",
  },
  NQ4011: {
    title: "unknown key in an intent file",
    explanation:
      "A key that the intent language does not have is an error, because a misspelt key would otherwise weaken what is checked without anybody noticing.",
  },
  NQ4012: {
    title: "not supported yet",
    explanation:
      "The intent language plans for this, but this version of netqed cannot check it. It is an error rather than ignored: a property that is only partly checked must not count as proved. A name of an Ingress (`host:NAME`) is one: what a client asks of a controller and what the controller asks of a service are two connections, and only packets of one connection are proved. Write one property for each: from the client to the pods of the controller, and from those to the pods behind the service. `netqed reach internet host:NAME` answers for both at once.",
  },
  NQ4013: {
    title: "a property needs exactly one claim",
    explanation:
      "A property makes one claim: `allow`, `deny` or `only`. With none there is nothing to check; with several it would be unclear which of them failed. Write one property for each.",
  },
  NQ4014: {
    title: "two properties have one id",
    explanation:
      "Reports and exceptions name properties by their id, so an id belongs to one property, across all intent files of a run.",
  },
  NQ4020: {
    title: "malformed endpoint",
    explanation:
      "An endpoint is a text such as `shop/web`, `shop/StatefulSet/db`, `shop/*`, `svc:shop/web:http`, an address, a CIDR block, `internet`, `external`, `cluster`, `nodes` or `*`; a name of `define`; a map of `namespace`, `labels`, `namespaceLabels`, `cidr` and `not`, all of which must hold; or a list, any of which suffices.",
  },
  NQ4021: {
    title: "a definition that needs itself",
    explanation:
      "Definitions may use each other, but not in a circle: such a name stands for nothing.",
  },
  NQ4022: {
    title: "unused definition",
    explanation:
      "No property uses this definition. It is harmless, but often a sign that a property was meant to use it and says something else.",
  },
  NQ4023: {
    title: "malformed ports",
    explanation:
      "Ports are written `443` (TCP), `tcp/8000-8999`, `udp/53`, `tcp/http` (a name that the destination declares) or `any`, or a list of these. Without ports a claim is about every port of TCP, UDP and SCTP.",
  },
  NQ4024: {
    title: "bits beyond the length of a CIDR block",
    explanation:
      "The address of a block has bits set that the length leaves open, such as `10.0.0.5/8`. The block is read without them; the address may have been meant alone.",
  },
  NQ4030: {
    title: "an endpoint selects nothing",
    explanation:
      "Nothing in the manifests is selected, so the claim would hold for want of cases. Such claims rot unnoticed when something is renamed. Correct the endpoint, or write `allowEmpty: true` in the property if it may be empty.",
  },
  NQ4031: {
    title: "`not` takes away from workloads",
    explanation:
      "`not` alone means every workload but those selected; nodes, host-network pods and addresses outside the cluster are not meant. What it is given here selects no workload, so it would mean nothing more than `cluster`. To leave out addresses, write it beside `cidr`, as in `{ cidr: 10.0.0.0/8, not: 10.1.0.0/16 }`.",
  },
  NQ4032: {
    title: "a service as the source of packets",
    explanation:
      "A service receives connections and opens none. Name the workload behind it, such as `shop/web`, as the source.",
  },
  NQ4033: {
    title: "no such port",
    explanation:
      "A service has the ports that it lists, by number or name. A name of a port is resolved by the destination: by the ports of the service, or by the ports that the containers of the pod declare.",
  },
  NQ4034: {
    title: "a container hides a variable of a service",
    explanation:
      "Containers are told of services by environment variables such as DB_PORT=tcp://10.96.0.7:5432. A variable of that name which the container sets itself wins. Where it does not set it, a program that reads DB_PORT as a number gets a URL: write `enableServiceLinks: false` in the pod's spec to be told of no service.",
  },
  NQ4035: {
    title: "two services give one variable",
    explanation:
      "The names of services and ports are joined into names of variables, and two pairs can give the same name, such as service a-service and the port of service a. Which value a container sees is not defined.",
  },
  NQ4036: {
    title: "no Ingress has the name",
    explanation:
      "A question is about a host name for which no Ingress of the input has a rule, and none has a default backend. The name may be misspelt, or its Ingress may be missing from the input.",
  },
  NQ4040: {
    title: "a pod cannot resolve a name",
    explanation:
      "A name is resolved by asking the cluster's DNS, which is a connection of its own: a pod that policies isolate for egress must be let to the DNS pods on port 53 of UDP, and of TCP for long answers, or no name works although the service itself could be reached. Add the rule that the report shows. Where pods ask another service than kube-system/kube-dns, set profile.dnsService in netqed.yaml.",
  },
  NQ4041: {
    title: "it is not known whether a pod can ask for names",
    explanation:
      "The cluster's DNS is not among the manifests, or a pod asks somebody else than the cluster's DNS, and what is known of that does not decide whether policies let the pod ask. Add the DNS service and its pods to the input, or set profile.dnsService in netqed.yaml.",
  },
  NQ4042: {
    title: "a name that the cluster does not have",
    explanation:
      "No service has the name in any of the forms in which the pod asks for it: as written in its own namespace, then as name.namespace, name.namespace.svc, and so on. A service of another namespace needs the namespace in its name.",
  },
  NQ4043: {
    title: "pods that resolve a name differently",
    explanation:
      "The pods that are meant differ in what they say about DNS, or in their namespace, so that the name means different things to them. Ask about one of them.",
  },
  NQ4044: {
    title: "where a name leads is not known",
    explanation:
      "The name is resolved outside of the cluster's zone, by a nameserver that the manifests do not describe, or it is one that only some DNS servers know. Which address it has is not known, so nothing is claimed about a connection to it. Ask about the address, or about internet.",
  },
  NQ4400: {
    title: "wrong usage",
    explanation:
      "The command line was not understood. `netqed help COMMAND` shows what a command takes.",
  },
  NQ4401: {
    title: "a file cannot be read",
    explanation:
      "A file or folder that should be read is missing or not readable. Nothing is skipped in silence: an unread policy can change every answer. Use --ignore to leave files out on purpose.",
  },
  NQ4402: {
    title: "nothing to read",
    explanation:
      "No manifest was found where netqed looked: files that end in .yaml, .yml or .json, in the folders and files that were named, or in the current folder.",
  },
  NQ4403: {
    title: "a folder that has to be rendered",
    explanation:
      "The folder holds a kustomization.yaml or Chart.yaml: its files are parts or templates and not what reaches the cluster. Render it with your own kubectl or helm, by --kustomize or --helm or through a pipe.",
  },
  NQ4404: {
    title: "rendering failed",
    explanation:
      "kubectl or helm, which --kustomize and --helm run, is missing or ended with an error. Its own message is shown. netqed does not render anything by itself and downloads nothing.",
  },
  NQ4405: {
    title: "a file is too large",
    explanation:
      "The file is larger than netqed reads at once. Split it, or name the parts that matter.",
  },
  NQ4406: {
    title: "an intent file that nothing uses",
    explanation:
      "The folder holds a file that looks like an intent file, and neither --intent nor netqed.yaml names it. Its properties were not checked.",
  },
  NQ4407: {
    title: "a symbolic link was not followed",
    explanation:
      "Symbolic links inside folders are not followed, so that nothing outside of the named folders is read. Name the file that it leads to if it should be read.",
  },
  NQ4408: {
    title: "output cannot be written",
    explanation:
      "A report could not be written: the disk may be full, or the place not writable. The answer was not delivered in full.",
  },
  NQ4410: {
    title: "objects of the installation disagree",
    explanation:
      "Two objects of the input configure one thing in two ways, such as the pod subnet in kubeadm's ClusterConfiguration and in that of kube-proxy. The first one counts. Correct the other, or set the value in netqed.yaml, which wins over both.",
  },
  NQ4411: {
    title: "netqed.yaml and the installation disagree",
    explanation:
      "A setting of netqed.yaml is not what an object of the input says, such as the ConfigMap of kube-proxy. netqed.yaml wins. Leave the setting out where the input is right.",
  },
  NQ4412: {
    title: "part of the installation is not modelled",
    explanation:
      "An object of the input says how a component was installed, in a way that answers do not follow: a tunnel, a replacement of kube-proxy, a value that cannot be read. The message says what it means for the answers: where what is stated can change them, those that it can change are undecided. A setting of the profile in netqed.yaml decides.",
  },
  NQ4413: {
    title: "configuration of the installation that is not read",
    explanation:
      "An object of the input is called as one that configures kube-proxy, kubeadm, Flannel or Cilium, and was not read: it is in a namespace where the component does not look, or what it holds cannot be parsed. Answers are then those of the defaults, a preset or netqed.yaml. Set in the profile what it would have said.",
  },
  NQ4500: {
    title: "unknown setting in netqed.yaml",
    explanation:
      "The key is none of the settings that netqed knows at this place. A setting that is misspelt would have no effect, so it is refused. `netqed config` shows all settings.",
  },
  NQ4501: {
    title: "wrong value in netqed.yaml",
    explanation:
      "The value of a setting is not of the form that it needs. The message says which values it takes. `netqed config` shows all settings with the values in force.",
  },
  NQ4502: {
    title: "settings of netqed.yaml contradict each other",
    explanation:
      "Blocks of addresses that are set must not overlap, must have room for the part of each node, and must cover the families that are set. Correct one of the two settings.",
  },
  NQ4503: {
    title: "version of netqed.yaml",
    explanation:
      "The file must say for which version of its format it was written. There is one, so far: write `version: 1`.",
  },
} as const;
