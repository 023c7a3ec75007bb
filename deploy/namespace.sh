#!/bin/sh
# Registers Muster's namespace (closed processes stay listable for ten years) and its search attributes. Safe to run again.
set -eu
namespace=muster
# The port of a starting server opens before the server answers.
until temporal operator cluster health >/dev/null 2>&1; do sleep 1; done
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention 3650d
until temporal operator search-attribute list --namespace "$namespace" >/dev/null 2>&1; do sleep 1; done
for attribute in MusterStatus=Keyword MusterSeverity=Keyword MusterServices=KeywordList MusterNextDueAt=Datetime MusterMissed=Bool MusterDrill=Bool MusterActionOwners=KeywordList MusterActionDueAt=Datetime; do
  temporal operator search-attribute create --namespace "$namespace" --name "${attribute%%=*}" --type "${attribute##*=}" || true
done
