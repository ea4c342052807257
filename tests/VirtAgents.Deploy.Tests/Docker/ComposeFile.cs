using System.Text.RegularExpressions;
using VirtAgents.Deploy.Tests.Grafana;

namespace VirtAgents.Deploy.Tests.Docker;

/// <summary>compose.yaml, as far as its references go.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object> _root = Provisioning.ReadYaml(Path.Combine(Repository.Docker, "compose.yaml"));

    public Dictionary<string, Dictionary<object, object>> Services => Map("services");

    public Dictionary<string, Dictionary<object, object>> Secrets => Map("secrets");

    public IEnumerable<string> Volumes => Map("volumes").Keys;

    public IEnumerable<string> Networks => Map("networks").Keys;

    public IEnumerable<string> TopLevel => _root.Keys.Cast<string>();

    /// <summary>A list of a service; empty when it has none.</summary>
    public static IEnumerable<object> List(Dictionary<object, object> service, string key) =>
        service.TryGetValue(key, out object? list) ? (List<object>)list : [];

    public static Dictionary<object, object> Section(Dictionary<object, object> service, string key) =>
        service.TryGetValue(key, out object? section) ? (Dictionary<object, object>)section : [];

    /// <summary>Secrets of a service by name, with the file that each becomes in the container.</summary>
    public static Dictionary<string, string> SecretFiles(Dictionary<object, object> service) => List(service, "secrets").ToDictionary(
        s => s is Dictionary<object, object> named ? (string)named["source"] : (string)s,
        s => s is Dictionary<object, object> named ? (string)named["target"] : $"/run/secrets/{s}");

    /// <summary>Mounts of a service: volume or path on the machine, place in the container, and whether it is read-only.</summary>
    public static IEnumerable<(string Source, string Target, bool IsReadOnly)> Mounts(Dictionary<object, object> service) =>
        List(service, "volumes").Cast<string>().Select(v => v.Split(':')).Select(p => (p[0], p[1], p.Length > 2 && p[2] == "ro"));

    /// <summary>A value without a variable: its default stands for it.</summary>
    public static string WithDefaults(string value) => Default().Replace(value, "$1");

    private Dictionary<string, Dictionary<object, object>> Map(string key) =>
        ((Dictionary<object, object>)_root[key]).ToDictionary(p => (string)p.Key, p => (Dictionary<object, object>)p.Value);

    [GeneratedRegex(@"\$\{\w+:-([^}]+)\}")]
    private static partial Regex Default();
}
