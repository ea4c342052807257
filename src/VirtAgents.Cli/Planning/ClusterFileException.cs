namespace VirtAgents.Cli.Planning;

/// <summary>What is wrong with a file, in one line: the field, its value and what is allowed.</summary>
internal sealed class ClusterFileException(string message, Exception? cause = null) : Exception(message, cause);
