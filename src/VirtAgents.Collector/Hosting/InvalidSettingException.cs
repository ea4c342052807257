namespace VirtAgents.Collector.Hosting;

/// <summary>A setting turned out to be unusable when it was put to use; the message names it.</summary>
internal sealed class InvalidSettingException(string message, Exception cause) : Exception(message, cause);
