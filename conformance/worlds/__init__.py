"""The world that laws act through: values that Hypothesis draws, requests, and the trail of both."""
