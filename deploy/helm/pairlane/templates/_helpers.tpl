{{- define "pairlane.selector" -}}
app.kubernetes.io/name: pairlane
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pairlane.labels" -}}
{{ include "pairlane.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "pairlane.name" -}}
{{ printf "%s-pairlane" .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
