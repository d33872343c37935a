{{- /*
One of our services: Deployment, Service and, with several replicas, PodDisruptionBudget.
Takes root, name, port, values (replicas, settings, resources), secret (the name of a Secret) and env (a list of its own).
*/ -}}
{{- define "gatecast.service" -}}
{{- $fullName := printf "%s-%s" .root.Release.Name .name -}}
{{- /* The address stays known for a moment after a pod is told to end: it serves on until that has passed. */ -}}
{{- $lingerSeconds := 5 -}}
{{- $graceSeconds := div (add .root.Values.shutdownGraceMs 999) 1000 -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $fullName }}
  labels: {{- include "gatecast.labels" . | nindent 4 }}
spec:
  replicas: {{ .values.replicas }}
  selector:
    matchLabels: {{- include "gatecast.selector" . | nindent 6 }}
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels: {{- include "gatecast.labels" . | nindent 8 }}
      {{- with .root.Values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ add $graceSeconds $lingerSeconds 5 }}
      securityContext: {{- include "gatecast.podSecurity" . | nindent 8 }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "gatecast.selector" . | nindent 14 }}
      {{- with .root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "gatecast.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext: {{- include "gatecast.containerSecurity" . | nindent 12 }}
          ports:
            - name: http
              containerPort: {{ .port }}
          env:
            - name: HOST
              value: 0.0.0.0
            - name: PORT
              value: {{ .port | quote }}
            - name: LOG_LEVEL
              value: {{ .root.Values.logLevel }}
            - name: SHUTDOWN_GRACE_MS
              value: {{ .root.Values.shutdownGraceMs | int | quote }}
            {{- range .env }}
            - name: {{ .name }}
              value: {{ .value | quote }}
            {{- end }}
            {{- range $name, $value := merge (dict) (default (dict) .values.settings) (default (dict) .root.Values.traces) }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          startupProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 2
            failureThreshold: 30
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 2
            timeoutSeconds: 3
            failureThreshold: 2
          lifecycle:
            preStop:
              exec:
                command: ["node", "-e", "setTimeout(() => undefined, {{ mul $lingerSeconds 1000 }})"]
          {{- with .values.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: credentials
              mountPath: /credentials
              readOnly: true
      volumes:
        - name: credentials
          secret:
            secretName: {{ .secret }}
            defaultMode: 0444
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $fullName }}
  labels: {{- include "gatecast.labels" . | nindent 4 }}
spec:
  selector: {{- include "gatecast.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .port }}
      targetPort: http
{{- if gt (int .values.replicas) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $fullName }}
  labels: {{- include "gatecast.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "gatecast.selector" . | nindent 6 }}
{{- end }}
{{- end }}
