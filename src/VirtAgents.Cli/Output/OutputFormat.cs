namespace VirtAgents.Cli.Output;

internal enum OutputFormat
{
    Table = 0,
    Json = 1,
    Csv = 2,
}
